#include "services/ctl/config_check.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/ctl/command_line.h"

namespace hotline::ctl {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSound[] = R"(
area:
  id: demo
  queues: [{id: general}]
  seats: [{id: s1, extension: "8001", queues: [general]}]
  stations: [{id: town, level: township, extension: "7001"}]
  numbers: [{dialled: "12348", queue: general}]
router: {name: router-1, listen: "127.0.0.1:1", metrics: "127.0.0.1:2", redis: "127.0.0.1:3", spool_dir: spool}
call: {node: call-1, listen: "127.0.0.1:4", metrics: "127.0.0.1:5", sip_listen: "127.0.0.1:6",
       sip_proxy: "127.0.0.1:7", routers: ["127.0.0.1:1"], media: "127.0.0.1:8", spool_dir: spool}
media: {listen: "127.0.0.1:8", metrics: "127.0.0.1:9", rtp_address: 127.0.0.1, rtp_ports: "40000-40098", prompts_dir: prompts}
ticket: {listen: "127.0.0.1:10", metrics: "127.0.0.1:11", routers: ["127.0.0.1:1"], call: "127.0.0.1:4", data_dir: tickets,
         key_file: key, org_code: "990001"}
console: {listen: "127.0.0.1:3", metrics: "127.0.0.1:4", routers: ["127.0.0.1:1"]}
)";

class ConfigCheckTest : public ::testing::Test {
 protected:
  ConfigCheckTest() {
    std::string pattern = (fs::temp_directory_path() / "config-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }

  ~ConfigCheckTest() override { fs::remove_all(directory_); }

  std::string Check(const std::string& yaml, const hotline::Environment& environment = {}) {
    const fs::path file = directory_ / "hotline.yaml";
    std::ofstream(file) << yaml;
    const absl::Status status = CheckConfiguration(file, environment);
    EXPECT_EQ(status.ok(), !IsUsageError(status));
    return std::string(status.message());
  }

  /// The sound file with one piece of text replaced.
  static std::string With(const std::string& before, const std::string& after) {
    std::string yaml = kSound;
    return yaml.replace(yaml.find(before), before.size(), after);
  }

  fs::path directory_;
};

TEST_F(ConfigCheckTest, TellsWhatEachProgramReads) {
  EXPECT_EQ(Check(kSound), "");
  const std::string file = directory_ / "hotline.yaml";
  const auto read_by = [&file](const std::string& program) {
    const absl::StatusOr<std::string> values = ValuesReadBy(program, file, {});
    EXPECT_TRUE(values.ok()) << values.status();
    return values.value_or("");
  };
  const std::string media = read_by("media");
  const std::string router = read_by("router");
  EXPECT_THAT(media, HasSubstr("media.rtp_ports: 40000-40098\n"));
  EXPECT_THAT(router, HasSubstr("area.seats[0].queues[0]: general\n"));
  EXPECT_THAT(router, Not(HasSubstr("rtp_ports")));

  EXPECT_EQ(Check(With("40000-40098", "40000-40198") + "# a remark\n"), "");
  EXPECT_NE(read_by("media"), media);
  EXPECT_EQ(read_by("router"), router);

  EXPECT_TRUE(IsUsageError(ValuesReadBy("modem", file, {}).status()));
  EXPECT_TRUE(IsUsageError(ValuesReadBy("media", directory_ / "none", {}).status()));
}

TEST_F(ConfigCheckTest, FindsNothingInASoundFile) {
  EXPECT_EQ(Check(kSound), "");
}

TEST_F(ConfigCheckTest, FindsTheMistakesOfAllSectionsAtOnce) {
  std::string yaml = With("queues: [general]", "queues: [gen]");
  yaml.replace(yaml.find("40000-40098"), 11, "many");
  yaml.replace(yaml.find("spool_dir: spool}"), 17, "lease: never, spool_dir: spool}");
  const std::string problems = Check(yaml);
  EXPECT_THAT(problems, HasSubstr("area.seats[0].queues"));
  EXPECT_THAT(problems, HasSubstr("router.lease"));
  EXPECT_THAT(problems, HasSubstr("media.rtp_ports"));
}

TEST_F(ConfigCheckTest, SaysEachMistakeOnce) {
  const std::string problems = Check(With("queue: general}", "queue: nowhere}"));
  const size_t first = problems.find("area.numbers[0].queue");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(problems.find("area.numbers[0].queue", first + 1), std::string::npos);
}

TEST_F(ConfigCheckTest, FindsUnknownKeys) {
  EXPECT_THAT(Check(With("id: demo", "id: demo\n  colour: red")), HasSubstr("area.colour"));
  EXPECT_THAT(Check(With("rtp_ports:", "rtp_port: 1, rtp_ports:")), HasSubstr("media.rtp_port"));
}

TEST_F(ConfigCheckTest, ReadsTheEnvironment) {
  EXPECT_THAT(Check(kSound, {{"HOTLINE_ROUTER_LEASE", "soon"}}), HasSubstr("HOTLINE_ROUTER_LEASE"));
  EXPECT_THAT(Check(kSound, {{"HOTLINE_ROUTER_LEASE", "2s"}}), Not(HasSubstr("LEASE")));
}

TEST_F(ConfigCheckTest, NamesAFileThatCannotBeRead) {
  const absl::Status status = CheckConfiguration(directory_ / "nothing.yaml", {});
  EXPECT_TRUE(IsUsageError(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("nothing.yaml"));
}

}  // namespace
}  // namespace hotline::ctl
