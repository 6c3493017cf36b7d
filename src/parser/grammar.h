// The grammar of weir, as PEGTL rules: LANGUAGE sections 2 to 6 and 10.
//
// Only what may be written, in the order of a reader: bytes.h and
// grammar_lexical.h (blanks, keywords, here-document bodies at a newline),
// grammar_words.h, grammar_values.h, grammar_arithmetic.h, grammar_tests.h and
// grammar_commands.h, whose `unit` is the whole text. What is built is said in
// the actions_*.h, what is said about errors in messages.h.
#pragma once

#include "parser/grammar_commands.h"
