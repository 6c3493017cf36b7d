#!/usr/bin/env weir
# build, test and package as a graph: a step starts when all that it needs succeeded
steps=[
  {name: configure, needs: [],              run: 'true'}
  {name: library,   needs: [configure],     run: 'sleep 0.1'}
  {name: docs,      needs: [configure],     run: 'test -e manual.md'}
  {name: program,   needs: [library],       run: 'sleep 0.1'}
  {name: tests,     needs: [program],       run: 'true'}
  {name: package,   needs: [tests docs],    run: 'true'}
]
values --each $steps | scatter --needs needs --as STEP --limit 4 | sh -c "${STEP[run]}" | gather > steps.jsonl
code=$?
fromjsonl < steps.jsonl | where not ok | get 'item[name]' code
exit $code
