#!/usr/bin/env weir
# the ten longest C++ files: counted in parallel, in the background, failures not hidden
glob 'src/**/*.cpp' | scatter --as F --limit 4 | wc -l < "$F" | gather > counts.jsonl &
wait %1 || { echo 'some files failed' >&2; exit 1; }
fromjsonl < counts.jsonl | sort-by --numeric --reverse out | first 10 | get item out
