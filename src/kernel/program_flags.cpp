#include "kernel/program_flags.h"

namespace weir::kernel {

namespace {

constexpr FlagSchema kFlags[] = {
    {'c', {}, "TEXT", "run TEXT"},
    {'s', {}, {}, "read the script from stdin"},
    {'n', {}, {}, "check only: report what is wrong, run nothing"},
    {'i', {}, {}, "interactive, also without a terminal"},
    {'l', "login", {}, "a login shell: profile.ksh is read"},
    {0, "json", {}, "with -c or FILE: print one result object"},
    {0, "output-limit", "SIZE", "with --json: how much of stdout and of stderr it shows (16K)"},
    {0, "dump-ast", {}, "print the syntax tree"},
    {0, "editor=dumb", {}, "no line editor at the prompt"},
    {0, "norc", {}, "no init file, no profile"},
    {0, "rcfile", "FILE", "another init file"},
    {'o', {}, "NAME", "switch an option on; +o NAME switches it off"},
    {0, "print", "WHAT", "for packages: man, builtins-man, or the completion for bash, zsh, fish"},
    {0, "version", {}, "the version"},
    {0, "help", {}, "this text"},
};

constexpr std::string_view kSynopses[] = {
    "[options] [FILE [ARG…]]",
    "[options] -c TEXT [NAME [ARG…]]",
    "[options] -s [ARG…]",
};

constexpr StartFileKind kStartFiles[] = {
    {"/etc/weir/profile.ksh", "login shells (-l), of all users"},
    {"~/.config/weir/profile.ksh",
     "login shells; the directory is $XDG_CONFIG_HOME/weir where that is set"},
    {"~/.config/weir/init.ksh", "interactive shells; --rcfile names another"},
};

}  // namespace

std::span<const FlagSchema> program_flags() { return kFlags; }
std::span<const std::string_view> program_synopses() { return kSynopses; }
std::span<const StartFileKind> start_file_kinds() { return kStartFiles; }

}  // namespace weir::kernel
