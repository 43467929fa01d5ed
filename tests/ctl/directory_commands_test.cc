// hotline-ctl directory … against a real directory service.
#include <sys/stat.h>

#include <filesystem>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "services/ctl/run.h"
#include "services/directory/service/directory_server.h"
#include "services/runtime/access.h"
#include "tests/directory/planted_faults.h"
#include "tests/runtime/temp_dir.h"
#include "tests/runtime/test_key.h"

namespace hotline::ctl {
namespace {

using ::testing::HasSubstr;

class DirectoryCommandsTest : public ::testing::Test {
 protected:
  DirectoryCommandsTest() : gate_(TestKey(), "test") {
    WriteFile(dir_.File("key"), std::string(AccessKey::kBytes, 'k'));
    chmod(dir_.File("key").c_str(), 0600);
    directory::DirectoryOptions options;
    options.listen = *Endpoint::Parse("127.0.0.1:0");
    options.store.url = "sqlite:" + dir_.File("directory.db");
    auto server = directory::DirectoryServer::Start(options, gate_, absl::Now, metrics_);
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  int Ctl(std::vector<std::string> arguments) {
    out_.str("");
    err_.str("");
    arguments.insert(arguments.begin(), "directory");
    arguments.push_back("--directory=" + server_->address().ToString());
    arguments.push_back("--access-key=" + dir_.File("key"));
    const Surroundings surroundings{.program = "hotline-ctl",
                                    .environment = [](const std::string&) { return std::nullopt; },
                                    .out = out_,
                                    .err = err_};
    return ctl::Run(arguments, surroundings);
  }

  /// Writes a pack to a folder.
  std::string Folder(const std::string& name, const std::vector<directory::PackFile>& pack) {
    EXPECT_TRUE(directory::WritePackFiles(dir_.File(name), pack).ok());
    return dir_.File(name);
  }

  TempDir dir_;
  Gate gate_;
  Metrics metrics_;
  std::unique_ptr<directory::DirectoryServer> server_;
  std::ostringstream out_, err_;
};

TEST_F(DirectoryCommandsTest, ImportsFindsAndExportsTheDemosPack) {
  const std::string demo = Folder("demo", directory::DemoPack());
  EXPECT_EQ(Ctl({"import", demo, "--dry-run"}), kExitDone) << err_.str();
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("0 errors, 0 warnings; nothing changed, "),
                                HasSubstr(" records would, revision 0")));
  EXPECT_EQ(Ctl({"import", demo}), kExitDone) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("records changed, revision 1"));

  EXPECT_EQ(Ctl({"search", "--near", "103.70,29.90", "--type", "township_station", "--circle"}),
            kExitDone);
  EXPECT_THAT(out_.str(), HasSubstr("town-willow"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("town-lake")));
  EXPECT_EQ(Ctl({"search", "--text", "公证", "--json"}), kExitDone);
  EXPECT_EQ(boost::json::parse(out_.str()).at(0).at("key"), "notary-office");
  EXPECT_EQ(Ctl({"show", "nodes", "city-hall"}), kExitDone);
  EXPECT_THAT(out_.str(), HasSubstr("type: city_centre\n"));
  EXPECT_EQ(Ctl({"list", "skills"}), kExitDone);
  EXPECT_THAT(out_.str(), HasSubstr("Labour disputes"));
  EXPECT_EQ(Ctl({"roster-check"}), kExitDone);
  EXPECT_EQ(out_.str(), "2 rosters, every minute is covered\n");

  EXPECT_EQ(Ctl({"history"}), kExitDone);
  EXPECT_THAT(out_.str(), HasSubstr("hotline-ctl"));
  EXPECT_EQ(Ctl({"history", "--table", "nodes", "--key", "city-hall", "--json"}), kExitDone);
  EXPECT_EQ(boost::json::parse(out_.str()).at("changes").at(0).at("record").at("key"), "city-hall");

  EXPECT_EQ(Ctl({"export", dir_.File("copy")}), kExitDone);
  EXPECT_EQ(Ctl({"import", dir_.File("copy")}), kExitDone);
  EXPECT_THAT(out_.str(), HasSubstr("0 errors, 0 warnings; nothing changed, revision 2"));
}

TEST_F(DirectoryCommandsTest, NamesEveryFaultAndFails) {
  const std::string faulty = Folder("faulty", directory::FaultyPack());
  EXPECT_EQ(Ctl({"import", faulty}), kExitFailed);
  EXPECT_THAT(out_.str(), HasSubstr("nodes.csv:12: error: phones: is no telephone number"));
  EXPECT_THAT(out_.str(), HasSubstr("nothing changed, revision 0"));
  EXPECT_THAT(err_.str(), HasSubstr("nothing was imported"));
}

TEST_F(DirectoryCommandsTest, SaysWhatIsWrongWithAQuestion) {
  EXPECT_EQ(Ctl({"search", "--near", "here"}), kExitUsage);
  EXPECT_EQ(Ctl({"import", "/nowhere"}), kExitUsage);
  EXPECT_EQ(Ctl({"show", "nodes", "nobody"}), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("there is no \"nobody\" in \"nodes\""));
}

}  // namespace
}  // namespace hotline::ctl
