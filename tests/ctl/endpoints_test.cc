#include "services/ctl/endpoints.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/ctl/command_line.h"

namespace hotline::ctl {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kFile[] =
    "# written by deploy/up\n"
    "SIP=127.0.0.1:5060\n"
    "\n"
    "ROUTER=127.0.0.1:7001\n"
    "ROUTER_2=127.0.0.1:7002\n"
    "CALL=127.0.0.1:7003\n"
    "MEDIA=127.0.0.1:7004\n";

/// A directory of its own, with var/endpoints.env inside.
class EndpointsTest : public ::testing::Test {
 protected:
  EndpointsTest() {
    std::string pattern = (fs::temp_directory_path() / "endpoints-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    fs::create_directories(directory_ / "var");
    file_ = directory_ / "var/endpoints.env";
    std::ofstream(file_) << kFile;
  }

  ~EndpointsTest() override { fs::remove_all(directory_); }

  absl::StatusOr<Endpoints> Find(const EndpointChoice& choice) {
    return FindEndpoints(choice, [this](const std::string& name) -> std::optional<std::string> {
      const auto found = environment_.find(name);
      if (found == environment_.end()) return std::nullopt;
      return found->second;
    });
  }

  fs::path directory_;
  fs::path file_;
  std::map<std::string, std::string> environment_;
};

TEST_F(EndpointsTest, ReadsTheFileThatIsNamed) {
  const auto endpoints = Find({.endpoints = file_});
  ASSERT_TRUE(endpoints.ok()) << endpoints.status();
  EXPECT_THAT(endpoints->routers, ElementsAre("127.0.0.1:7001", "127.0.0.1:7002"));
  EXPECT_EQ(endpoints->call, "127.0.0.1:7003");
  EXPECT_EQ(endpoints->media, "127.0.0.1:7004");
}

TEST_F(EndpointsTest, PrefersWhatIsGivenToEnvironmentToFile) {
  environment_["HOTLINE_ENDPOINTS"] = file_;
  EXPECT_THAT(Find({})->routers, ElementsAre("127.0.0.1:7001", "127.0.0.1:7002"));
  environment_["HOTLINE_ROUTERS"] = "127.0.0.1:1, 127.0.0.1:2";
  EXPECT_THAT(Find({})->routers, ElementsAre("127.0.0.1:1", "127.0.0.1:2"));
  const auto given = Find({.routers = "localhost:9", .call = "localhost:8"});
  EXPECT_THAT(given->routers, ElementsAre("localhost:9"));
  EXPECT_EQ(given->call, "localhost:8");
  EXPECT_EQ(given->media, "127.0.0.1:7004");
}

TEST_F(EndpointsTest, LooksBesideTheProgramAsItWasCalled) {
  const auto beside = Find({.program = directory_ / "var/hotline-ctl"});
  ASSERT_TRUE(beside.ok());
  EXPECT_EQ(beside->routers.size(), 2U);
  const auto in_bin = Find({.program = directory_ / "var/bin/hotline-ctl"});
  EXPECT_THAT(in_bin->routers, IsEmpty());  // var/bin does not exist, so var/bin/.. does not either
  fs::create_directories(directory_ / "var/bin");
  EXPECT_EQ(Find({.program = directory_ / "var/bin/hotline-ctl"})->routers.size(), 2U);
  std::ofstream(directory_ / "var/bin/hotline-ctl") << "";
  environment_["PATH"] = "/nowhere:" + (directory_ / "var/bin").string();
  EXPECT_EQ(Find({.program = "hotline-ctl"})->routers.size(), 2U);
}

TEST_F(EndpointsTest, SaysWhichLineOrAddressIsWrong) {
  std::ofstream(file_, std::ios::app) << "no sense\n";
  const auto line = Find({.endpoints = file_});
  EXPECT_TRUE(IsUsageError(line.status()));
  EXPECT_THAT(std::string(line.status().message()), HasSubstr(":8: \"no sense\""));
  const auto address = Find({.routers = "127.0.0.1"});
  EXPECT_TRUE(IsUsageError(address.status()));
  const auto missing = Find({.endpoints = directory_ / "nothing"});
  EXPECT_THAT(std::string(missing.status().message()), HasSubstr("cannot read"));
}

TEST_F(EndpointsTest, KnowsNobodyWithoutFile) {
  const auto endpoints = Find({});
  ASSERT_TRUE(endpoints.ok());
  EXPECT_THAT(endpoints->routers, IsEmpty());
  EXPECT_THAT(std::string(NotKnown(*endpoints, "the router", "--routers").message()),
              HasSubstr("where is the router? Start the hotline with deploy/up"));
}

}  // namespace
}  // namespace hotline::ctl
