// Messages that are wrong in interesting ways, over UDP and TCP; afterwards the hotline still
// works.
//
// RFC 4475's torture messages are read from outside the repository; the line's own are in
// sip_messages/.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"

#include "tests/integration/hotline_fixture.h"
#include "tests/stack/sip_probe.h"

namespace hotline::test {
namespace {

constexpr int kIgnored = 0;
constexpr int kClosed = -1;  // the connection
constexpr absl::Duration kAnswerTime = absl::Seconds(2);
constexpr absl::Duration kSilenceTime = absl::Milliseconds(400);

/// What a message leads to over either transport.
struct Expectation {
  const char* file;
  int udp;
  int tcp;
};

std::string ReadBytes(const std::string& name) {
  std::ifstream in(name, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

class BadInputTest : public HotlineTest, public ::testing::WithParamInterface<ProbeTransport> {
 protected:
  void Expect(const Expectation& message, const std::string& bytes, ProbeSource source) {
    const int expected = GetParam() == ProbeTransport::kUdp ? message.udp : message.tcp;
    const absl::Duration wait = expected == kIgnored ? kSilenceTime : kAnswerTime;
    EXPECT_EQ(ProbeSip(stack().endpoint("SIP"), GetParam(), bytes, wait, source), expected)
        << message.file;
  }

  // OPTIONS is answered, and a call goes through to a seat.
  void ExpectWorkingHotline() {
    const std::string sip = stack().endpoint("SIP");
    EXPECT_EQ(ProbeSip(sip, GetParam(), OptionsPing(sip, GetParam()), kSoon), 200);
    const auto phone = AddPhone("8101", kSeatTone);
    SignIn("s8101");
    const auto caller = HotlineTest::Call(Caller(kPairNumber));
    EXPECT_TRUE(caller->WaitPerson(kSoon));
    caller->HangUp();
    EXPECT_TRUE(caller->WaitEnded(kSoon));
  }
};

// What the edge does with each. Most are for example.com and so well understood but not ours (404).
// A message that cannot be read is refused (400) or dropped, and over TCP, where nobody knows its
// end, the connection with it. Dropping is worse than the 400 that the RFC would like, and still
// safe.
const std::vector<Expectation>& RfcMessages() {
  static const std::vector<Expectation> table = {
      {"badaspec.dat", 404, 404},
      {"badbranch.dat", 404, 404},
      {"baddate.dat", 404, 404},
      {"baddn.dat", 400, kIgnored},
      {"badinv01.dat", kIgnored, kClosed},  // malformed To and Via
      {"badvers.dat", kIgnored, kClosed},   // SIP/7.0
      {"bcast.dat", kIgnored, kIgnored},    // a response of no transaction
      {"bext01.dat", 404, 404},
      {"bigcode.dat", kIgnored, kClosed},  // a response
      {"clerr.dat", 400, kIgnored},        // TCP: the announced body never comes
      {"cparam01.dat", 404, 404},
      {"cparam02.dat", 404, 404},
      {"dblreq.dat", 400, 404},  // UDP: more after the end; TCP: two requests
      {"esc01.dat", 404, 404},
      {"esc02.dat", kIgnored, kIgnored},  // valid, but this edge knows no escapes in header names
      {"escnull.dat", 404, 404},
      {"escruri.dat", 404, 404},
      {"insuf.dat", kIgnored, kClosed},     // no Call-ID, From, To
      {"intmeth.dat", kIgnored, kIgnored},  // valid, but not a method we have
      {"inv2543.dat", 404, kClosed},        // TCP: no Content-Length, no framing
      {"invut.dat", 404, 404},
      {"longreq.dat", 404, 404},
      {"ltgtruri.dat", 400, 400},
      {"lwsdisp.dat", 404, 404},
      {"lwsruri.dat", kIgnored, kClosed},   // blanks in the request URI
      {"lwsstart.dat", kIgnored, kClosed},  // blanks in the request line
      {"mcl01.dat", kIgnored, kClosed},     // two Content-Lengths
      {"mismatch01.dat", 400, 400},
      {"mismatch02.dat", 400, 400},
      {"mpart01.dat", 405, 405},             // no MESSAGE here
      {"multi01.dat", kIgnored, kClosed},    // several of what there may be one of
      {"ncl.dat", kIgnored, kClosed},        // negative Content-Length
      {"noreason.dat", kIgnored, kIgnored},  // a response
      {"novelsc.dat", 400, 400},
      {"quotbal.dat", kIgnored, kClosed},  // unbalanced quotes
      {"regaut01.dat", 404, 404},
      {"regbadct.dat", 404, 404},
      {"regescrt.dat", 404, 404},
      {"scalar02.dat", 400, 400},
      {"scalarlg.dat", kIgnored, kIgnored},  // a response
      {"sdp01.dat", 404, 404},
      {"semiuri.dat", 404, 404},
      {"transports.dat", 404, 404},
      {"trws.dat", 404, 404},
      {"unkscm.dat", 400, 400},
      {"unksm2.dat", 400, 400},
      {"unreason.dat", kIgnored, kIgnored},  // a response
      {"wsinv.dat", kIgnored, kClosed},      // valid, but this edge cannot read a folded CSeq
      {"zeromf.dat", 483, 483},              // went in circles
  };
  return table;
}

// Own messages: text with LF; \xHH is a byte; Content-Length is added where it is not given.
std::string ReadOwn(const std::string& file, ProbeTransport transport) {
  std::string text = ReadBytes(absl::StrCat(SourceDir(), "/tests/integration/sip_messages/", file));
  text = absl::StrReplaceAll(text, {{"\n", "\r\n"}});
  if (transport == ProbeTransport::kTcp) text = absl::StrReplaceAll(text, {{"/UDP", "/TCP"}});
  for (size_t at = text.find("\\x"); at != text.npos; at = text.find("\\x", at + 1)) {
    uint32_t byte = 0;
    (void)absl::SimpleHexAtoi(text.substr(at + 2, 2), &byte);
    text.replace(at, 4, 1, static_cast<char>(byte));
  }
  const size_t body = text.find("\r\n\r\n");
  if (!absl::StrContains(text, "Content-Length") && body != text.npos) {
    text.insert(body + 2, absl::StrCat("Content-Length: ", text.size() - body - 4, "\r\n"));
  }
  return text;
}

const std::vector<Expectation>& OwnMessages() {
  static const std::vector<Expectation> table = {
      {"ack_of_no_call.sip", kIgnored, kIgnored},
      {"bye_of_no_call.sip", 481, 481},
      {"headers_without_end.sip", kIgnored, kClosed},
      {"http_request.sip", kIgnored, kIgnored},
      {"invite_requires_the_unknown.sip", 420, 420},
      {"invite_with_broken_sdp.sip", 400, 400},
      {"invite_with_other_cseq.sip", 400, 400},
      {"invite_with_text_body.sip", 415, 415},
      {"invite_without_call_id.sip", kIgnored, kClosed},
      {"invite_without_g711.sip", 488, 488},
      {"no_words.sip", kIgnored, kIgnored},
      {"update_of_no_call.sip", 481, 481},
  };
  return table;
}

TEST_P(BadInputTest, Rfc4475) {
  const std::string folder = SourceDir() + "/../shared/data/rfc4475/";
  if (!std::filesystem::exists(folder)) {
    std::cout << "skipped: no data\n";
  } else {
    EXPECT_EQ(RfcMessages().size(), 49U);
    for (const Expectation& expected : RfcMessages()) {
      Expect(expected, ReadBytes(folder + expected.file), ProbeSource::kViaPort);
    }
  }
  ExpectWorkingHotline();
}

TEST_P(BadInputTest, OwnMessages) {
  for (const Expectation& expected : OwnMessages()) {
    Expect(expected, ReadOwn(expected.file, GetParam()), ProbeSource::kAnyPort);
  }
  EXPECT_TRUE(watch().Wait(kSoon, [](const demo::AreaView& view) { return view.calls.empty(); }));
  ExpectWorkingHotline();
}

INSTANTIATE_TEST_SUITE_P(Transports, BadInputTest,
                         ::testing::Values(ProbeTransport::kUdp, ProbeTransport::kTcp),
                         [](const auto& transport) {
                           return transport.param == ProbeTransport::kUdp ? "Udp" : "Tcp";
                         });

}  // namespace
}  // namespace hotline::test
