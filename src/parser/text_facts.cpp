#include "parser/text_facts.h"

namespace weir::parser {

namespace {

void note_alias(TextFacts& facts, const Call& call) {
  for (const Word* word : call.arguments()) {
    const size_t equals = word->text.find('=');
    if (word->is_static && equals != std::string_view::npos)
      facts.aliases.emplace(word->text.substr(0, equals));
    else if (!word->is_static)
      facts.makes_unknown_aliases = true;
  }
}

void switch_option(TextFacts& facts, std::string_view name, bool on) {
  if ((name == "u" || name == "nounset") && !on) facts.turns_nounset_off = true;
  if ((name == "e" || name == "errexit") && on) facts.turns_errexit_on = true;
}

void note_set(TextFacts& facts, const Call& call) {
  const auto words = call.arguments();
  for (size_t i = 0; i < words.size(); ++i) {
    if (!words[i]->is_static) {
      facts.turns_nounset_off = true;  // it may
      return;
    }
    const std::string_view word = words[i]->text;
    if (word.size() < 2 || (word[0] != '-' && word[0] != '+') || word == "--") return;
    const bool on = word[0] == '-';
    for (size_t letter = 1; letter < word.size(); ++letter) {
      if (word[letter] != 'o')
        switch_option(facts, word.substr(letter, 1), on);
      else if (++i < words.size())
        switch_option(facts, words[i]->text, on);
    }
  }
}

}  // namespace

void note_facts(TextFacts& facts, const Call& call) {
  if ((call.is("source") || call.is(".")) && call.words.size() > 1)
    facts.sources_text = true;
  else if (call.is("alias"))
    note_alias(facts, call);
  else if (call.is("set"))
    note_set(facts, call);
}

}  // namespace weir::parser
