#include "services/call/core/sdp.h"

#include <random>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hotline::call {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kDeskPhone[] =
    "v=0\r\n"
    "o=root 1 1 IN IP4 192.0.2.7\r\n"
    "s=call\r\n"
    "c=IN IP4 192.0.2.7\r\n"
    "t=0 0\r\n"
    "m=video 5000 RTP/AVP 96\r\n"
    "a=rtpmap:96 H264/90000\r\n"
    "a=sendonly\r\n"
    "m=audio 49170 RTP/AVP 18 0 8 101\r\n"
    "a=rtpmap:18 G729/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\n"
    "a=ptime:20\r\n";

const LocalAudio kLocal{"127.0.0.1", 40000, 77, 3};

TEST(Sdp, ReadsTheFirstUsableAudioStream) {
  const auto sdp = ParseSdp(kDeskPhone);
  ASSERT_TRUE(sdp.ok());
  EXPECT_TRUE(sdp->usable);
  EXPECT_EQ(sdp->audio_line, 1u);
  EXPECT_EQ(sdp->address, "192.0.2.7");
  EXPECT_EQ(sdp->port, 49170);
  EXPECT_THAT(sdp->codecs, ElementsAre(Codec::kPcmu, Codec::kPcma));
  EXPECT_EQ(sdp->digits_payload, 101);
  EXPECT_EQ(sdp->direction, Direction::kSendRecv);
}

TEST(Sdp, AnswersWithCommonCodecsAndRefusesOtherStreams) {
  EXPECT_EQ(FormatAnswer(kLocal, *ParseSdp(kDeskPhone)),
            "v=0\r\no=- 77 3 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            "m=video 0 RTP/AVP 96\r\n"
            "m=audio 40000 RTP/AVP 0 8 101\r\n"
            "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
            "a=ptime:20\r\na=sendrecv\r\n");
}

TEST(Sdp, OurOfferIsUsable) {
  const auto sdp = ParseSdp(FormatOffer(kLocal));
  ASSERT_TRUE(sdp.ok());
  EXPECT_TRUE(sdp->usable);
  EXPECT_EQ(sdp->port, 40000);
  EXPECT_THAT(sdp->codecs, ElementsAre(Codec::kPcma, Codec::kPcmu));
}

std::string WithAudio(std::string_view connection, std::string_view rest) {
  return "v=0\r\nc=" + std::string(connection) + "\r\n" + std::string(rest);
}

TEST(Sdp, MirrorsDirections) {
  const auto answer = [](std::string_view address, std::string_view attribute) {
    return FormatAnswer(
        kLocal,
        *ParseSdp(WithAudio("IN IP4 " + std::string(address),
                            "m=audio 9 RTP/AVP 8\r\na=" + std::string(attribute) + "\r\n")));
  };
  EXPECT_THAT(answer("1.2.3.4", "sendonly"), HasSubstr("a=recvonly"));
  EXPECT_THAT(answer("1.2.3.4", "recvonly"), HasSubstr("a=sendonly"));
  EXPECT_THAT(answer("1.2.3.4", "inactive"), HasSubstr("a=inactive"));
  EXPECT_THAT(answer("0.0.0.0", "sendrecv"), HasSubstr("a=recvonly"));
  EXPECT_THAT(answer("0.0.0.0", "recvonly"), HasSubstr("a=inactive"));
  EXPECT_THAT(answer("1.2.3.4", "sendonly"), Not(HasSubstr("telephone-event")));
}

TEST(Sdp, SessionLevelDirectionAndMediaLevelConnectionCount) {
  const auto sdp =
      ParseSdp("v=0\r\na=inactive\r\nm=audio 9 RTP/AVP 0\r\nc=IN IP4 198.51.100.1/127\r\n");
  ASSERT_TRUE(sdp.ok());
  EXPECT_EQ(sdp->address, "198.51.100.1");
  EXPECT_EQ(sdp->direction, Direction::kInactive);
}

TEST(Sdp, StreamsWeCannotUseAreNotUsable) {
  for (const std::string& text : {
           WithAudio("IN IP6 ::1", "m=audio 9 RTP/AVP 8\r\n"),
           WithAudio("IN IP4 phone.example", "m=audio 9 RTP/AVP 8\r\n"),
           WithAudio("IN IP4 1.2.3.400", "m=audio 9 RTP/AVP 8\r\n"),
           WithAudio("IN IP4 1.2.3.4", "m=audio 0 RTP/AVP 8\r\n"),
           WithAudio("IN IP4 1.2.3.4", "m=audio 9 RTP/SAVPF 8\r\n"),
           WithAudio("IN IP4 1.2.3.4", "m=audio 9 RTP/AVP 18 96\r\n"),
           WithAudio("IN IP4 1.2.3.4", "m=audio 9 RTP/AVP 8\r\na=rtpmap:8 opus/48000\r\n"),
           WithAudio("IN IP4 1.2.3.4", "m=image 9 udptl t38\r\n"),
           std::string("v=0\r\nm=audio 9 RTP/AVP 8\r\n"),
           std::string("v=0\r\n"),
       }) {
    const auto sdp = ParseSdp(text);
    ASSERT_TRUE(sdp.ok()) << text;
    EXPECT_FALSE(sdp->usable) << text;
  }
}

TEST(Sdp, BrokenSyntaxIsRefused) {
  std::string many = "v=0\r\n";
  for (int i = 0; i < 9; ++i) many += "m=audio 9 RTP/AVP 8\r\n";
  for (const std::string& text : {
           std::string("hello"),
           std::string("v=1\r\n"),
           std::string("v=0\r\nxyz\r\n"),
           std::string("v=0\r\nm=audio 99999 RTP/AVP 8\r\n"),
           std::string("v=0\r\nm=audio\r\n"),
           std::string("v=0\r\nm=au\"dio 9 RTP/AVP 8\r\n"),
           std::string("v=0\r\nc=IN\r\n"),
           "v=0\r\ns=" + std::string(kMaxSdpBytes, 'x'),
           many,
       }) {
    EXPECT_FALSE(ParseSdp(text).ok()) << text.substr(0, 60);
  }
}

TEST(Sdp, MutatedDescriptionsNeverCrashAndAnswersStayReadable) {
  std::mt19937 random(4566);
  const std::string seed_text = kDeskPhone;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = seed_text;
    for (uint32_t n = 1 + random() % 6; n > 0; --n) {
      const size_t at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, random() % 20);
          break;
        case 2:
          text.insert(at, seed_text.substr(random() % seed_text.size(), random() % 40));
          break;
        case 3:
          text.insert(at, 1, static_cast<char>(random()));
          break;
      }
      if (text.empty()) text = "v";
    }
    const auto sdp = ParseSdp(text);
    if (!sdp.ok() || !sdp->usable) continue;
    const auto again = ParseSdp(FormatAnswer(kLocal, *sdp));
    ASSERT_TRUE(again.ok()) << text;
    EXPECT_TRUE(again->usable) << text;
    EXPECT_EQ(again->lines.size(), sdp->lines.size());
    EXPECT_EQ(again->codecs, sdp->codecs);
  }
}

}  // namespace
}  // namespace hotline::call
