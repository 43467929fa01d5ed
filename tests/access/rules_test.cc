// The rules themselves, as they stand in proto/, and the key they rest on.
#include <sys/stat.h>

#include <map>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/runtime/access.h"
#include "tests/access/any_call.h"
#include "tests/runtime/temp_dir.h"
#include "tests/runtime/test_key.h"

namespace hotline {
namespace {

using testing::HasSubstr;

TEST(AccessRulesTest, EveryMethodSaysWhoMayCallIt) {
  ASSERT_GT(AllMethods().size(), 20u);
  for (const auto* method : AllMethods()) {
    const auto& rule = RuleOf(*method);
    EXPECT_TRUE(rule.anyone() || rule.roles_size() > 0) << method->full_name();
    EXPECT_EQ(std::set<int>(rule.roles().begin(), rule.roles().end()).size(),
              static_cast<size_t>(rule.roles_size()))
        << method->full_name() << " names a role twice";
  }
}

TEST(AccessRulesTest, OnlySigningInIsForAnyone) {
  for (const auto* method : AllMethods()) {
    EXPECT_EQ(RuleOf(*method).anyone(),
              method->full_name() == "hotline.console.v1.SessionService.SignIn")
        << method->full_name();
  }
}

TEST(AccessRulesTest, ARequestTellsItsMethod) {
  std::map<const google::protobuf::Descriptor*, std::string> seen;
  for (const auto* method : AllMethods()) {
    EXPECT_EQ(MethodOf(*method->input_type()), method) << method->full_name();
    const auto [other, fresh] = seen.emplace(method->input_type(), method->full_name());
    EXPECT_TRUE(fresh) << method->full_name() << " takes the request of " << other->second;
  }
}

TEST(AccessRulesTest, WithoutARuleNobodyMay) {
  access::v1::Rule none;
  for (const auto role : AllRoles()) EXPECT_FALSE(Allows(none, Somebody(role)));
  EXPECT_EQ(MethodOf(*access::v1::Identity::descriptor()), nullptr);
}

TEST(AccessKeyTest, OnlyItsHolderCanSign) {
  const AccessKey key = TestKey(), other(std::string(AccessKey::kBytes, 'o'));
  const std::string mac = key.Sign("text");
  EXPECT_TRUE(key.Verifies("text", mac));
  EXPECT_FALSE(key.Verifies("Text", mac));
  EXPECT_FALSE(other.Verifies("text", mac));
  EXPECT_FALSE(key.Verifies("text", mac.substr(1)));
  EXPECT_FALSE(key.Verifies("text", ""));
}

TEST(AccessKeyTest, AFileThatCannotBeUsedIsNamedWithTheReason) {
  TempDir dir;
  const auto problem = [&](const std::string& name) {
    return std::string(AccessKey::Load(dir.File(name)).status().message());
  };
  EXPECT_THAT(problem("missing"), HasSubstr("missing: No such file"));
  WriteFile(dir.File("short"), "too short");
  EXPECT_THAT(problem("short"), HasSubstr("has not 32 bytes"));
  WriteFile(dir.File("key"), std::string(AccessKey::kBytes, 'k'));
  chmod(dir.File("key").c_str(), 0644);
  EXPECT_THAT(problem("key"), HasSubstr("others than its owner can read it"));
  chmod(dir.File("key").c_str(), 0600);
  const auto key = AccessKey::Load(dir.File("key"));
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->Sign("a"), TestKey().Sign("a"));
}

TEST(AccessKeyTest, AMissingKeyIsAMistakeOfTheConfiguration) {
  auto file = ConfigFile::Parse("access: {key_file: /nowhere/key}");
  (void)ReadAccessKey(file->Section("access"));
  EXPECT_TRUE(IsConfigError(file->status()));
  EXPECT_THAT(std::string(file->status().message()),
              HasSubstr("access.key_file: cannot use the access key /nowhere/key"));
}

}  // namespace
}  // namespace hotline
