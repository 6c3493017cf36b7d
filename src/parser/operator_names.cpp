#include "parser/operator_names.h"

namespace weir::parser {

namespace {

constexpr std::string_view kRedirects[] = {"<",  ">",  ">>",  ">|", "<>", "<&",
                                           ">&", "&>", "&>>", "<<", "<<<"};

constexpr std::string_view kParameters[] = {"",   "-",  "=", "?",  "+", "length",
                                            "#",  "##", "%", "%%", "/", "//",
                                            "/#", "/%", "^", "^^", ",", ",,"};

constexpr std::string_view kArithmetic[] = {
    "number", "variable", "word", "neg", "pos", "!",   "~",   "++_", "--_", "_++", "_--",
    "**",     "*",        "/",    "%",   "+",   "-",   "<<",  ">>",  "<",   "<=",  ">",
    ">=",     "==",       "!=",   "&",   "^",   "|",   "&&",  "||",  "?",   ",",   "=",
    "*=",     "/=",       "%=",   "+=",  "-=",  "<<=", ">>=", "&=",  "^=",  "|="};

constexpr std::string_view kTests[] = {
    "!",  "&&", "||", "word",  "-e",      "-f",  "-d",  "-r",  "-w",  "-x", "-s",
    "-L", "-p", "-S", "-b",    "-c",      "-t",  "-u",  "-g",  "-k",  "-O", "-G",
    "-z", "-n", "-v", "-list", "-record", "-nt", "-ot", "-ef", "==",  "!=", "<",
    ">",  "=~", "!~", "-eq",   "-ne",     "-lt", "-le", "-gt", "-ge", "in", "not-in"};

static_assert(std::size(kRedirects) == static_cast<size_t>(RedirectOp::here_string) + 1);
static_assert(std::size(kParameters) == static_cast<size_t>(ParameterOp::lower_all) + 1);
static_assert(std::size(kArithmetic) == static_cast<size_t>(ArithOp::assign_or) + 1);
static_assert(std::size(kTests) == static_cast<size_t>(TestOp::not_in) + 1);

}  // namespace

std::string_view name_of(RedirectOp op) { return kRedirects[static_cast<size_t>(op)]; }
std::string_view name_of(ParameterOp op) { return kParameters[static_cast<size_t>(op)]; }
std::string_view name_of(ArithOp op) { return kArithmetic[static_cast<size_t>(op)]; }
std::string_view name_of(TestOp op) { return kTests[static_cast<size_t>(op)]; }

}  // namespace weir::parser
