#include "builtins/help_topics_support.h"

#include <algorithm>

namespace weir::builtins {

namespace {

constexpr HelpTopic kTopics[] = {
    {"language", "the differences from sh, and how to write what is refused",
     "The language\n\n"
     "What weir accepts means what it means in sh and bash, but for this:\n\n"
     "  $x  $(cmd)       exactly one word each, never split, never a pattern\n"
     "  ...$xs           one word for each element of a list\n"
     "  for x in $(cmd)  one turn for each line\n"
     "  *.nothing        an error that names the pattern; set -o nullglob: no word\n"
     "  $unset           an error; ${x:-} asks without one\n"
     "  a | b            fails when any stage fails; b runs in this shell\n"
     "  x=5 xs=[1 2]     values have types: numbers, lists, records {k: v}\n"
     "  ${r[key]} ${xs[0]} ${xs[1:3]}   how to look into them\n"
     "  `cmd` eval       refused: write $(cmd), a list, a function\n\n"
     "A text with an error does not start to run. `weir -n FILE` checks it, `plan` lists what it "
     "could run.\n"},
    {"jobs", "running things in the background, stopping them, asking after them",
     "Jobs\n\n"
     "  cmd &            any command: a loop, a function, a pipeline\n"
     "  jobs             all of them; jobs -o %2 shows what one has written\n"
     "  why %2           what it does or waits for at this moment\n"
     "  wait %2          its result, also after it has ended\n"
     "  fg %2  bg %2     go on with one, in front or behind\n"
     "  kill %2          ends it with all its processes: TERM, and KILL after 2 s\n"
     "  disown %2        this shell no longer asks for it\n\n"
     "Jobs are named %2, %+ (the last), %- (the one before), %name and %?text.\n"},
    {"scatter", "one worker for each row, many at once",
     "Scatter and gather\n\n"
     "  cat hosts | scatter --limit 8 | ssh $ITEM uptime | gather\n\n"
     "The stages between the two run once for each row, up to --limit at once, with the row in "
     "$ITEM. gather gives\n"
     "one record for each, in order: {i, item, ok, code, out, err, ms}. With --needs FIELD rows "
     "wait for others.\n"
     "scatter --help and gather --help have the flags.\n"},
    {"values", "lists, records, and the commands that work on rows",
     "Values and rows\n\n"
     "  r={name: web, port: 80}; xs=[1 2 3]; r[port]=81; push xs 4\n"
     "  echo ${r[name]} ${#xs} ${xs[-1]}\n"
     "  jobs --json | where state == failed | get command\n"
     "  cat data.json | fromjson --each | sort-by ms | select name ms\n\n"
     "Builtins that report take --json. Programs read a row as a line.\n"},
    {"keys", "the keys of the line editor",
     "Keys\n\n"
     "  Tab  Shift-Tab       complete, with descriptions; arrows choose, Esc leaves\n"
     "  Right, End           take the grey suggestion\n"
     "  Up  Down             earlier and later entries\n"
     "  Ctrl-R               search in earlier entries\n"
     "  Ctrl-A  Ctrl-E       beginning and end of the line\n"
     "  Alt-B  Alt-F         a word back and forth\n"
     "  Ctrl-W  Ctrl-U  Ctrl-K   cut a word, to the beginning, to the end\n"
     "  Ctrl-Y  Alt-Y        put back, the one before\n"
     "  Ctrl-_               undo\n"
     "  Alt-E                edit in $EDITOR\n"
     "  Ctrl-C               cancel   Ctrl-Z  stop the entry that runs   Ctrl-D  leave\n\n"
     "abbr makes abbreviations, complete completions of your own commands.\n"},
    {"prompt", "what stands before the line, and how to have it otherwise",
     "The prompt\n\n"
     "  PS1='\\u@\\h \\w \\g\\$ '    bash's escapes; \\g is the state of git, \\? the last status, "
     "\\j the jobs\n"
     "  RPS1='\\t'                what stands on the right\n"
     "  weir_prompt() { … }       what it writes is the prompt; $1 is the last status\n"
     "  weir_right_prompt() { … } the same for the right\n\n"
     "Without them: directory, git branch (* changed, + staged, ? untracked), jobs, status, time "
     "over 2 s.\n"},
};

}  // namespace

std::span<const HelpTopic> help_topics() { return kTopics; }

const HelpTopic* find_help_topic(std::string_view name) {
  const auto at = std::ranges::find(kTopics, name, &HelpTopic::name);
  return at == std::end(kTopics) ? nullptr : at;
}

}  // namespace weir::builtins
