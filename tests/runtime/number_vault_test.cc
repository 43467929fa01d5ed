#include "services/runtime/number_vault.h"

#include <sys/stat.h>

#include "gtest/gtest.h"

#include "tests/runtime/temp_dir.h"

namespace hotline {
namespace {

constexpr char kMobile[] = "13812341234";

class NumberVaultTest : public testing::Test {
 protected:
  std::string WriteKey(const std::string& name, const std::string& text, mode_t mode = 0600) {
    WriteFile(dir_.File(name), text);
    EXPECT_EQ(chmod(dir_.File(name).c_str(), mode), 0);
    return dir_.File(name);
  }

  std::unique_ptr<NumberVault> Open(char digit) {
    return *NumberVault::Open(WriteKey(std::string(1, digit), std::string(64, digit) + "\n"));
  }

  TempDir dir_;
};

TEST_F(NumberVaultTest, ANumberComesBackAndItsSealTellsNothing) {
  const auto vault = Open('a');
  const PhoneNumber number = *PhoneNumber::Parse(kMobile);
  const std::string once = vault->Seal(number), again = vault->Seal(number);
  EXPECT_EQ(*vault->Unseal(once), number);
  EXPECT_EQ(*vault->Unseal(again), number);
  EXPECT_NE(once, again) << "equal numbers must not look equal";
  EXPECT_EQ(once.find(kMobile), std::string::npos);
}

TEST_F(NumberVaultTest, TheSameNumberIsFoundHoweverItIsWritten) {
  const auto vault = Open('a');
  const std::string key = vault->KeyOf(*PhoneNumber::Parse(kMobile));
  EXPECT_EQ(key, vault->KeyOf(*PhoneNumber::Parse("+86 138-1234-1234")));
  EXPECT_NE(key, vault->KeyOf(*PhoneNumber::Parse("13812341235")));
  EXPECT_NE(key, Open('b')->KeyOf(*PhoneNumber::Parse(kMobile)));
}

TEST_F(NumberVaultTest, AWithheldNumberIsNothing) {
  const auto vault = Open('a');
  EXPECT_EQ(vault->Seal(*PhoneNumber::Parse("anonymous")), "");
  EXPECT_EQ(vault->KeyOf(PhoneNumber()), "");
}

TEST_F(NumberVaultTest, AnotherKeyOrAChangedSealIsDataLoss) {
  const auto vault = Open('a');
  std::string sealed = vault->Seal(*PhoneNumber::Parse(kMobile));
  EXPECT_EQ(Open('b')->Unseal(sealed).status().code(), absl::StatusCode::kDataLoss);
  sealed[40] = sealed[40] == 'A' ? 'B' : 'A';
  EXPECT_EQ(vault->Unseal(sealed).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(vault->Unseal("no base64!").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(vault->Unseal("").status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(NumberVaultTest, ABadKeyFileIsExplained) {
  EXPECT_EQ(NumberVault::Open(dir_.File("none")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(NumberVault::Open(WriteKey("short", "abcd")).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(NumberVault::Open(WriteKey("long", std::string(66, 'a'))).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(NumberVault::Open(WriteKey("open", std::string(64, 'a'), 0644)).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace hotline
