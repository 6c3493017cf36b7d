#include "builtins/json_documents_support.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

using weir::builtins::JsonDocuments;

namespace {

struct Cut {
  std::vector<std::string> documents;
  bool unfinished = false;
};

Cut cut(const std::vector<std::string>& pieces, bool each = false) {
  JsonDocuments documents(each);
  Cut result;
  const auto take = [&] {
    while (const auto document = documents.next()) {
      result.documents.push_back((document->misplaced ? "!" : "") + std::string(document->text));
    }
  };
  for (const std::string& piece : pieces) {
    documents.add(piece);
    take();
  }
  documents.end();
  take();
  result.unfinished = documents.unfinished().has_value();
  return result;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("documents end where their brackets and strings do", "[json_documents]") {
  CHECK(cut({R"(1 2.5"a"true[1,[2]]{"a":"}"}null)"}).documents ==
        Texts{"1", "2.5", "\"a\"", "true", "[1,[2]]", "{\"a\":\"}\"}", "null"});
  CHECK(cut({R"("a\"b" "\\" "\\\"")"}).documents == Texts{R"("a\"b")", R"("\\")", R"("\\\"")"});
  CHECK(cut({""}).documents.empty());
  CHECK(cut({" \n\t\r "}).documents.empty());
}

TEST_CASE("the elements of an array are documents with each", "[json_documents]") {
  CHECK(cut({R"([1, [2,3], {"a":[4]}, "x,]"] 5 [] [6])"}, true).documents ==
        Texts{"1", "[2,3]", "{\"a\":[4]}", "\"x,]\"", "5", "6"});
  CHECK(cut({"[1 2]"}, true).documents == Texts{"1", "!2"});
  CHECK(cut({"[1,,2]"}, true).documents == Texts{"1", ",", "!2"});
  CHECK(cut({"[,]"}, true).documents == Texts{","});
}

TEST_CASE("what stops inside a document is unfinished", "[json_documents]") {
  for (const char* text : {"{", "[1,", "\"a", "\"a\\", "{\"a\":{}"}) {
    INFO(text);
    CHECK(cut({text}).unfinished);
  }
  CHECK(cut({"[1"}, true).unfinished);
  CHECK(cut({"[1,"}, true).unfinished);
  CHECK_FALSE(cut({"12"}).unfinished);
  CHECK_FALSE(cut({"[1]"}, true).unfinished);
}

TEST_CASE("stray brackets and commas come as documents, to fail as such", "[json_documents]") {
  CHECK(cut({"1,2"}).documents == Texts{"1", ",", "2"});
  CHECK(cut({"]}"}).documents == Texts{"]", "}"});
  CHECK(cut({":"}).documents == Texts{":"});
}

TEST_CASE("a byte order mark counts for nothing in front only", "[json_documents]") {
  CHECK(cut({"\xef\xbb\xbf"
             "1"})
            .documents == Texts{"1"});
  CHECK(cut({"\xef", "\xbb", "\xbf[1]"}).documents == Texts{"[1]"});
  CHECK(cut({"1 \xef\xbb\xbf"}).documents == Texts{"1", "\xef\xbb\xbf"});
}

TEST_CASE("offsets count the bytes of the whole stream", "[json_documents]") {
  JsonDocuments documents;
  documents.add("1 {");
  CHECK(documents.next()->offset == 0);
  CHECK_FALSE(documents.next());
  documents.add("} [2]");
  CHECK(documents.next()->offset == 2);
  CHECK(documents.next()->offset == 5);
}

TEST_CASE("where the pieces are cut changes nothing", "[json_documents]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const std::string alphabet = "{}[]\"\\,: \n1ae\xc3\xa9";
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    const size_t size = random() % 30;
    while (text.size() < size) text += alphabet[random() % alphabet.size()];
    std::vector<std::string> pieces;
    for (size_t at = 0; at < text.size();) {
      const size_t length = 1 + random() % 4;
      pieces.push_back(text.substr(at, length));
      at += length;
    }
    const bool each = random() % 2 == 0;
    const Cut whole = cut({text}, each);
    const Cut cut_up = cut(pieces, each);
    INFO(text);
    REQUIRE(whole.documents == cut_up.documents);
    REQUIRE(whole.unfinished == cut_up.unfinished);
  }
}
