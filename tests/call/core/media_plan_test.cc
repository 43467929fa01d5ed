#include "services/call/core/media_plan.h"

#include "gtest/gtest.h"

namespace hotline::call {
namespace {

class MediaPlanTest : public testing::Test {
 protected:
  std::vector<std::string> Take() {
    std::vector<std::string> texts;
    for (const Action& action : actions_) texts.push_back(FormatAction(action));
    actions_.clear();
    return texts;
  }

  MediaOut Up() { return {true, &actions_}; }

  MediaOut Away() { return {false, &actions_}; }

  std::vector<Action> actions_;
  MediaPlan plan_{CallId{1}};
};

TEST_F(MediaPlanTest, ChangesWhileTheNodeIsAwayAreMadeUpForByTheReplay) {
  plan_.Add(0, {.address = "10.0.0.1", .port = 4000}, Up());
  EXPECT_TRUE(plan_.NoteAdded(0, {"127.0.0.1", 40000}));
  Take();
  plan_.Play(0, "music", true, Away());
  plan_.Add(1, {}, Away());
  EXPECT_TRUE(Take().empty());
  plan_.Replay({}, Up());
  EXPECT_EQ(Take(),
            (std::vector<std::string>{"media: add 0000000000001-0 port 40000, 10.0.0.1:4000 pcma",
                                      "media: play 0000000000001-0 music loop",
                                      "media: add 0000000000001-1, no peer",
                                      "media: unroute 0000000000001-0 → 0000000000001-1",
                                      "media: unroute 0000000000001-1 → 0000000000001-0"}));
}

TEST_F(MediaPlanTest, ALegWhosePortWasNeverLearntIsAskedForAnew) {
  plan_.Add(0, {}, Up());
  Take();
  plan_.Replay({{CallId{1}, 0}}, Up());
  EXPECT_EQ(Take(), (std::vector<std::string>{"media: remove 0000000000001-0",
                                              "media: add 0000000000001-0, no peer"}));
}

TEST_F(MediaPlanTest, ALegMayNotMove) {
  plan_.Add(0, {}, Up());
  EXPECT_TRUE(plan_.NoteAdded(0, {"127.0.0.1", 40000}));
  EXPECT_FALSE(plan_.NoteAdded(0, {"127.0.0.1", 40002}));
  EXPECT_FALSE(plan_.NoteAdded(5, {"127.0.0.1", 40004}));
}

TEST_F(MediaPlanTest, RemovingALegEndsItsLink) {
  plan_.Add(0, {}, Up());
  plan_.Add(1, {}, Up());
  plan_.Link(0, 1, Up());
  plan_.Remove(1, Up());
  Take();
  plan_.Unlink(Up());
  EXPECT_TRUE(Take().empty());
}

}  // namespace
}  // namespace hotline::call
