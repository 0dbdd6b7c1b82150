#include "core/calls/job_edits.hpp"

#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

#include "core/store/job_edits.hpp"

namespace callgate {
namespace {

constexpr JobFields kName = bit_of(JobField::name);
constexpr JobFields kAgent = bit_of(JobField::assistant);

}  // namespace

TEST_CASE("every setting has a word of its own, and may be changed before the job starts") {
  std::set<std::string_view> words;
  for (std::size_t i = 0; i < kJobFields; ++i) {
    const auto field = static_cast<JobField>(i);
    words.insert(to_word(field));
    CHECK(may_change(field, JobStage::importing));
    CHECK(may_change(field, JobStage::pending));
    CHECK(may_change(field, JobStage::running) == may_change(field, JobStage::paused));
    // What a canceled job allows, every job allows.
    CHECK((!may_change(field, JobStage::canceled) || may_change(field, JobStage::running)));
  }
  CHECK(words.size() == kJobFields);
  CHECK_FALSE(may_change(JobField::schedule, JobStage::running));
  CHECK_FALSE(may_change(JobField::purpose, JobStage::completed));
  CHECK_FALSE(may_change(JobField::assistant, JobStage::canceled));
  CHECK(may_change(JobField::notes, JobStage::canceled));
}

TEST_CASE("each change makes the next version, and the last twenty are kept") {
  JobEdits edits;
  CHECK(edits.version == 1);
  CHECK(pack_job_edits(edits).empty());
  for (int i = 0; i < 30; ++i) {
    edits.add(from_ms(i), "ada", kName);
  }
  CHECK(edits.version == 31);
  REQUIRE(edits.last.size() == JobEdits::kKept);
  CHECK(edits.last.front().version == 12);
  CHECK(edits.last.back().version == 31);
  CHECK(unpack_job_edits(pack_job_edits(edits)) == edits);
}

TEST_CASE("what is not known any more may have been changed") {
  JobEdits edits;
  CHECK_FALSE(edits.touched_since(1, kAgent));
  edits.add(from_ms(1), "ada", kAgent);
  edits.add(from_ms(2), "ada", kName);
  CHECK(edits.touched_since(1, kAgent));
  CHECK_FALSE(edits.touched_since(2, kAgent));
  CHECK(edits.touched_since(2, kName | kAgent));
  CHECK_FALSE(edits.touched_since(3, kName));
  CHECK(edits.touched_since(0, kAgent));
  for (int i = 0; i < 20; ++i) {
    edits.add(from_ms(3), "ada", kName);
  }
  CHECK_FALSE(edits.touched_since(3, kAgent));
  CHECK(edits.touched_since(2, kAgent));
}

TEST_CASE("a long name of who changed it is cut between characters") {
  JobEdits edits;
  std::string name(99, 'a');
  edits.add(from_ms(1), name + "\xC3\xA9z", kName);
  CHECK(edits.last.back().actor == name);
  edits.add(from_ms(1), std::string(98, 'a') + "\xC3\xA9z", kName);
  CHECK(edits.last.back().actor == std::string(98, 'a') + "\xC3\xA9");
  CHECK(fields_of(kName | kAgent) == std::vector<JobField>{JobField::name, JobField::assistant});
}

}  // namespace callgate
