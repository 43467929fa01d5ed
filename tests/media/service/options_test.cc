#include "services/media/service/options.h"

#include "gtest/gtest.h"

namespace hotline::media {
namespace {

TEST(MediaOptions, ReadsAll) {
  auto file = ConfigFile::Parse(R"(
media: {listen: "127.0.0.1:5300", metrics: "127.0.0.1:5301", rtp_address: 192.0.2.10, rtp_ports: "41000-41998",
        prompts_dir: /srv/prompts, threads: 4, rtp_timeout: 45s, grace: 20s}
)");
  ASSERT_TRUE(file.ok());
  const MediaOptions options = ReadMediaOptions(file->Section("media"));
  EXPECT_TRUE(file->status().ok()) << file->status();
  EXPECT_EQ(options.listen.port, 5300);
  EXPECT_EQ(options.rtp_address, "192.0.2.10");
  EXPECT_EQ(options.engine.address, 0xC000020Au);
  EXPECT_EQ(options.engine.ports.first, 41000);
  EXPECT_EQ(options.engine.ports.last, 41998);
  EXPECT_EQ(options.engine.threads, 4u);
  EXPECT_EQ(options.engine.rtp_timeout, absl::Seconds(45));
  EXPECT_EQ(options.grace, absl::Seconds(20));
  EXPECT_EQ(options.prompts_dir, "/srv/prompts");
}

TEST(MediaOptions, TellsAllMistakesAtOnce) {
  auto file = ConfigFile::Parse(R"(
media: {listen: here, metrics: "127.0.0.1:0", rtp_address: 0.0.0.0, rtp_ports: "41001-41001", threads: 0, rtp_time: 5s}
)");
  ASSERT_TRUE(file.ok());
  ReadMediaOptions(file->Section("media"));
  const std::string text(file->status().message());
  for (const char* key : {"media.listen", "media.rtp_address", "media.rtp_ports", "media.threads",
                          "media.rtp_time"}) {
    EXPECT_NE(text.find(key), std::string::npos) << key << " in\n" << text;
  }
}

}  // namespace
}  // namespace hotline::media
