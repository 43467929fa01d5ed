#include "services/call/sip/sip_endpoint.h"

#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/call/core/sdp.h"
#include "services/runtime/listen_socket.h"
#include "tests/call/sip/phone.h"

#include <arpa/inet.h>

namespace hotline::call {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr LegId kOut{CallId{77}, 1};

/// A caller's phone that dials a hotline's endpoint.
class SipEndpointTest : public testing::Test {
 protected:
  LegId Dial(const std::string& sdp = kTestSdp) {
    caller_.Dial(kOut, "12348", sdp);
    const auto invited = hotline_.Await<Invited>();
    EXPECT_TRUE(invited);
    return invited ? LegId{invited->call, kCallerLeg} : LegId{};
  }

  LegId Talk() {
    const LegId in = Dial();
    hotline_.Do(AnswerInvite{in.call, kTestSdp});
    EXPECT_TRUE(caller_.Await<Answered>());
    return in;
  }

  Phone hotline_{Endpoint{"127.0.0.1", 9}};
  Phone caller_{hotline_.address()};
};

TEST_F(SipEndpointTest, ACallIsAnsweredAndTheCallerHangsUp) {
  caller_.Dial(kOut, "12348", kTestSdp);
  const auto invited = hotline_.Await<Invited>();
  ASSERT_TRUE(invited);
  EXPECT_EQ(invited->dialled, "12348");
  EXPECT_EQ(invited->sdp, kTestSdp);
  const LegId in{invited->call, kCallerLeg};
  hotline_.Do(AnswerInvite{in.call, kTestSdp});
  const auto answered = caller_.Await<Answered>();
  ASSERT_TRUE(answered);
  EXPECT_EQ(answered->sdp, kTestSdp);
  caller_.Do(ByeLeg{kOut});
  const auto closed = hotline_.Await<LegClosed>();
  ASSERT_TRUE(closed);
  EXPECT_EQ(*closed, (LegClosed{in, Closure::kBye}));
  EXPECT_EQ(caller_.Await<LegClosed>(), (LegClosed{kOut, Closure::kBye}));
}

TEST_F(SipEndpointTest, WeHangUp) {
  const LegId in = Talk();
  hotline_.Do(ByeLeg{in});
  EXPECT_EQ(caller_.Await<LegClosed>(), (LegClosed{kOut, Closure::kBye}));
  EXPECT_EQ(hotline_.Await<LegClosed>(), (LegClosed{in, Closure::kBye}));
}

TEST_F(SipEndpointTest, AByeRightAfterTheAnswerWaitsForTheAck) {
  const LegId in = Dial();
  hotline_.endpoint->Submit({AnswerInvite{in.call, kTestSdp}, ByeLeg{in}});
  EXPECT_TRUE(caller_.Await<Answered>());
  EXPECT_EQ(caller_.Await<LegClosed>(), (LegClosed{kOut, Closure::kBye}));
  EXPECT_EQ(hotline_.Await<LegClosed>(), (LegClosed{in, Closure::kBye}));
}

TEST_F(SipEndpointTest, TheCallerCancels) {
  const LegId in = Dial();
  caller_.Do(CancelLeg{kOut});
  EXPECT_EQ(hotline_.Await<LegClosed>(), (LegClosed{in, Closure::kCancel}));
  EXPECT_EQ(caller_.Await<LegClosed>(), (LegClosed{kOut, Closure::kRefused, 487}));
}

TEST_F(SipEndpointTest, ARefusalHasItsStatus) {
  const LegId in = Dial();
  hotline_.Do(RejectInvite{in.call, 404});
  EXPECT_EQ(caller_.Await<LegClosed>(), (LegClosed{kOut, Closure::kRefused, 404}));
  EXPECT_TRUE(hotline_.Await<LegClosed>());
}

TEST_F(SipEndpointTest, AnInviteWithoutOfferIsAnsweredInTheAck) {
  // The phone sends no body, so it cannot answer our offer either: the ACK says so.
  const LegId in = Dial("");
  hotline_.Do(AnswerInvite{in.call, FormatOffer({"127.0.0.1", 40000, 1, 1})});
  EXPECT_EQ(hotline_.Await<Acked>(), (Acked{in, ""}));
}

TEST_F(SipEndpointTest, TheProcessThatFollowsACrashEndsTheDialogs) {
  const LegId in = Talk();
  (void)in;
  // Another process, as after a restart: it knows nothing but the farewells.
  std::vector<std::string> farewells;
  while (farewells.empty()) farewells = hotline_.TakeFarewells();
  Phone successor{Endpoint{"127.0.0.1", 9}};
  successor.endpoint->SayFarewell(farewells);
  EXPECT_EQ(caller_.Await<LegClosed>(), (LegClosed{kOut, Closure::kBye}));
}

TEST(SipEndpoint, AnInviteWaitsForAnEdgeThatRestarts) {
  const Endpoint edge = Phone{Endpoint{"127.0.0.1", 9}}.address();
  Phone hotline{edge};
  hotline.Dial(kOut, "8001", kTestSdp);
  hotline.Dial({CallId{2}, 1}, "8002", kTestSdp);
  hotline.Do(CancelLeg{{CallId{2}, 1}});  // withdrawn meanwhile
  const auto closed = hotline.Await<LegClosed>();
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->leg, (LegId{CallId{2}, 1}));
  Phone restarted{Endpoint{"127.0.0.1", 9}, {}, edge};
  const auto invited = restarted.Await<Invited>();
  ASSERT_TRUE(invited);
  EXPECT_EQ(invited->dialled, "8001");
}

TEST(SipEndpoint, AnInviteToAnEdgeThatStaysAwayNeverLeft) {
  Phone lonely{Endpoint{"127.0.0.1", 9}};
  lonely.Dial(kOut, "8001", kTestSdp);
  const auto closed = lonely.Await<LegClosed>();
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->how, Closure::kUnsent);
}

TEST(SipEndpoint, MoreCallersThanAllowedGet503) {
  Phone hotline{Endpoint{"127.0.0.1", 9}, {.max_calls = 1}};
  Phone caller{hotline.address()};
  caller.Dial({CallId{1}, 1}, "12348", kTestSdp);
  ASSERT_TRUE(hotline.Await<Invited>());
  caller.Dial({CallId{2}, 1}, "12348", kTestSdp);
  EXPECT_EQ(caller.Await<LegClosed>(), (LegClosed{{CallId{2}, 1}, Closure::kRefused, 503}));
  EXPECT_EQ(hotline.endpoint->counts().overload, 1u);
}

TEST(SipEndpoint, APortInUseIsSaidPlainly) {
  Phone first{Endpoint{"127.0.0.1", 9}};
  const auto second =
      SipEndpoint::Start({.listen = first.address(), .proxy = {"127.0.0.1", 9}}, absl::Now, {});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kAlreadyExists);
}

// ---- what is no call ----

/// A UDP socket that speaks raw SIP.
class RawPeer {
 public:
  explicit RawPeer(Endpoint server) : server_(std::move(server)) {
    fd_ = socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in to{.sin_family = AF_INET, .sin_port = htons(server_.port)};
    inet_pton(AF_INET, server_.host.c_str(), &to.sin_addr);
    connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof(to));
    const timeval limit{10, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    sockaddr_in own{};
    socklen_t length = sizeof(own);
    getsockname(fd_, reinterpret_cast<sockaddr*>(&own), &length);
    port_ = ntohs(own.sin_port);
  }

  ~RawPeer() { close(fd_); }

  void Send(const std::string& text) { EXPECT_GT(send(fd_, text.data(), text.size(), 0), 0); }

  std::string Receive() {
    char buffer[65536];
    const ssize_t size = recv(fd_, buffer, sizeof(buffer), 0);
    return size > 0 ? std::string(buffer, static_cast<size_t>(size)) : "nothing";
  }

  /// Sends a request and returns the first final answer.
  std::string Ask(const std::string& method, const std::string& headers = "",
                  const std::string& body = "") {
    Begin(method, headers, body);
    return Final();
  }

  std::string Final() {
    std::string answer = Receive();
    while (answer.starts_with("SIP/2.0 1")) answer = Receive();
    return answer;
  }

  void Begin(const std::string& method, const std::string& headers, const std::string& body) {
    const std::string n = std::to_string(++count_);
    Send(method + " sip:12348@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:" +
         std::to_string(port_) + ";branch=z9hG4bK" + n + ";rport\r\nMax-Forwards: 70\r\n" +
         "From: <sip:13812341234@127.0.0.1>;tag=f" + n + "\r\nTo: <sip:12348@127.0.0.1>\r\n" +
         "Call-ID: raw" + n + "\r\nCSeq: 1 " + method +
         "\r\nContact: <sip:a@127.0.0.1:" + std::to_string(port_) + ">\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }

 private:
  const Endpoint server_;
  int fd_;
  int port_ = 0;
  int count_ = 0;
};

class RawSipTest : public testing::Test {
 protected:
  Phone hotline_{Endpoint{"127.0.0.1", 9}};
  RawPeer peer_{hotline_.address()};
};

// ---- session timers (RFC 4028) ----

/// The value of a header in a message; empty if it is not there.
std::string HeaderOf(const std::string& message, const std::string& name) {
  const size_t at = message.find("\r\n" + name + ": ");
  if (at == message.npos) return "";
  const size_t start = at + name.size() + 4;
  return message.substr(start, message.find("\r\n", start) - start);
}

constexpr char kTimed[] = "Supported: timer\r\nContent-Type: application/sdp\r\n";

class SessionTimerTest : public testing::Test {
 protected:
  static SipOptions Quick() {
    return {.session_expires = absl::Seconds(3), .min_session_expires = absl::Seconds(2)};
  }
};

TEST_F(RawSipTest, ACallersSessionTimerIsTakenOverAndTheCallerRefreshes) {
  peer_.Begin("INVITE", std::string("Session-Expires: 600\r\n") + kTimed, kTestSdp);
  const auto invited = hotline_.Await<Invited>();
  ASSERT_TRUE(invited);
  hotline_.Do(AnswerInvite{invited->call, kTestSdp});
  const std::string answer = peer_.Final();
  EXPECT_THAT(answer, StartsWith("SIP/2.0 200"));
  EXPECT_EQ(HeaderOf(answer, "Session-Expires"), "600;refresher=uac");
  EXPECT_EQ(HeaderOf(answer, "Require"), "timer");
}

TEST_F(RawSipTest, TooShortASessionIsRefusedWithTheMinimum) {
  const std::string answer =
      peer_.Ask("INVITE", std::string("Session-Expires: 30\r\n") + kTimed, kTestSdp);
  EXPECT_THAT(answer, StartsWith("SIP/2.0 422"));
  EXPECT_EQ(HeaderOf(answer, "Min-SE"), "90");
}

TEST_F(SessionTimerTest, ACallerWhoNeverRefreshesIsHungUp) {
  Phone hotline{Endpoint{"127.0.0.1", 9}, Quick()};
  RawPeer caller{hotline.address()};
  caller.Begin("INVITE", std::string("Session-Expires: 3;refresher=uac\r\n") + kTimed, kTestSdp);
  const auto invited = hotline.Await<Invited>();
  ASSERT_TRUE(invited);
  hotline.Do(AnswerInvite{invited->call, kTestSdp});
  const std::string answer = caller.Final();
  ASSERT_THAT(answer, StartsWith("SIP/2.0 200"));
  caller.Send(
      "ACK sip:12348@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKack\r\n"
      "From: " +
      HeaderOf(answer, "From") + "\r\nTo: " + HeaderOf(answer, "To") + "\r\nCall-ID: " +
      HeaderOf(answer, "Call-ID") + "\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n");
  std::string next = caller.Receive();
  while (next.starts_with("SIP/2.0")) next = caller.Receive();
  EXPECT_THAT(next, StartsWith("BYE "));
}

/// A seat's phone, behind a proxy that is not there, over TCP.
class RawSeat {
 public:
  RawSeat() : socket_(*ListenTcp({"127.0.0.1", 0}, "seat")) {}

  ~RawSeat() {
    close(connection_);
    close(socket_.fd);
  }

  Endpoint address() const { return socket_.address; }

  /// The next message; empty if none comes.
  std::string Receive() {
    if (connection_ < 0) {
      connection_ = accept(socket_.fd, nullptr, nullptr);
      const timeval limit{10, 0};
      setsockopt(connection_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    }
    for (;;) {
      const size_t head = bytes_.find("\r\n\r\n");
      if (head != bytes_.npos) {
        const size_t size =
            head + 4 + std::stoul("0" + HeaderOf(bytes_.substr(0, head + 2), "Content-Length"));
        if (bytes_.size() >= size) {
          const std::string message = bytes_.substr(0, size);
          bytes_.erase(0, size);
          return message;
        }
      }
      char more[65536];
      const ssize_t size = recv(connection_, more, sizeof(more), 0);
      if (size <= 0) return "";
      bytes_.append(more, static_cast<size_t>(size));
    }
  }

  void Refuse(const std::string& request, const std::string& status) {
    std::string text = "SIP/2.0 " + status + "\r\n";
    for (const char* name : {"Via", "From", "To", "Call-ID", "CSeq"}) {
      text += std::string(name) + ": " + HeaderOf(request, name) + "\r\n";
    }
    text += "Content-Length: 0\r\n\r\n";
    EXPECT_GT(send(connection_, text.data(), text.size(), MSG_NOSIGNAL), 0);
  }

  /// Answers the INVITE with 200.
  void Answer(const std::string& invite, const std::string& headers) {
    std::string text = "SIP/2.0 200 OK\r\n";
    for (const char* name : {"Via", "From", "Call-ID", "CSeq"}) {
      text += std::string(name) + ": " + HeaderOf(invite, name) + "\r\n";
    }
    text +=
        "To: " + HeaderOf(invite, "To") + ";tag=seat\r\nContact: <sip:seat@" +
        address().ToString() + ";transport=tcp>\r\n" + headers +
        "Content-Type: application/sdp\r\nContent-Length: " + std::to_string(sizeof(kTestSdp) - 1) +
        "\r\n\r\n" + kTestSdp;
    EXPECT_GT(send(connection_, text.data(), text.size(), MSG_NOSIGNAL), 0);
  }

 private:
  ListenSocket socket_;
  int connection_ = -1;
  std::string bytes_;
};

TEST_F(SessionTimerTest, ASeatIsToRefreshAndIsAskedIfItDoesNot) {
  RawSeat seat;
  Phone hotline{seat.address(), Quick()};
  hotline.Dial(kOut, "8001", kTestSdp);
  const std::string invite = seat.Receive();
  ASSERT_THAT(invite, StartsWith("INVITE "));
  EXPECT_THAT(HeaderOf(invite, "Supported"), HasSubstr("timer"));
  EXPECT_THAT(HeaderOf(invite, "Session-Expires"), StartsWith("3"));
  seat.Answer(invite, "Require: timer\r\nSession-Expires: 3;refresher=uas\r\n");
  ASSERT_TRUE(hotline.Await<Answered>());
  EXPECT_THAT(seat.Receive(), StartsWith("ACK "));
  // It does not: the call service asks itself, and the phone has forgotten the call.
  const std::string update = seat.Receive();
  EXPECT_THAT(update, StartsWith("UPDATE "));
  seat.Refuse(update, "481 Call Does Not Exist");
  const auto closed = hotline.Await<LegClosed>();
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->leg, kOut);
}

TEST_F(RawSipTest, OptionsTellWhetherWeTakeCalls) {
  const std::string answer = peer_.Ask("OPTIONS");
  EXPECT_THAT(answer, StartsWith("SIP/2.0 200"));
  EXPECT_THAT(answer, HasSubstr("Allow: INVITE"));
  hotline_.endpoint->SetDraining(true);
  EXPECT_THAT(peer_.Ask("OPTIONS"), StartsWith("SIP/2.0 503"));
}

TEST_F(RawSipTest, WhileDrainingNewCallsGet503WithRetryAfter) {
  hotline_.endpoint->SetDraining(true);
  const std::string answer = peer_.Ask("INVITE", "Content-Type: application/sdp\r\n", kTestSdp);
  EXPECT_THAT(answer, StartsWith("SIP/2.0 503"));
  EXPECT_THAT(answer, HasSubstr("Retry-After:"));
}

TEST_F(RawSipTest, OtherMethodsAreRefused) {
  for (const std::string method :
       {"MESSAGE", "SUBSCRIBE", "REFER", "PUBLISH", "REGISTER", "INFO"}) {
    const std::string answer = peer_.Ask(method, "Event: presence\r\nRefer-To: <sip:x@y>\r\n");
    EXPECT_THAT(answer, StartsWith("SIP/2.0 405")) << method;
    EXPECT_THAT(answer, HasSubstr("Allow: INVITE")) << method;
  }
  EXPECT_THAT(peer_.Ask("DANCE"), StartsWith("SIP/2.0 501"));
  EXPECT_THAT(peer_.Ask("BYE"), StartsWith("SIP/2.0 481"));
}

TEST_F(RawSipTest, BodiesThatAreNoSdpAndEndlessIdentifiersAreRefused) {
  EXPECT_THAT(peer_.Ask("INVITE", "Content-Type: text/html\r\n", "<b>"), StartsWith("SIP/2.0 415"));
  EXPECT_THAT(peer_.Ask("INVITE", "Require: teleportation\r\n"), StartsWith("SIP/2.0 420"));
  EXPECT_THAT(peer_.Ask("INVITE", "Accept: text/plain, image/png\r\n"), StartsWith("SIP/2.0 406"));
  peer_.Send(
      "INVITE sip:12348@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKx;"
      "rport\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:12348@127.0.0.1>\r\nCall-ID: " +
      std::string(300, 'x') + "\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n");
  std::string answer = peer_.Receive();
  while (answer.starts_with("SIP/2.0 1")) answer = peer_.Receive();
  EXPECT_THAT(answer, StartsWith("SIP/2.0 400"));
}

TEST_F(RawSipTest, GarbageChangesNothing) {
  constexpr char kNoise[] = "\0\r\n\xff\xfe garbage";
  peer_.Send({kNoise, sizeof(kNoise) - 1});
  peer_.Send("INVITE\r\n\r\n");
  peer_.Send("SIP/2.0 200 OK\r\n\r\n");
  EXPECT_THAT(peer_.Ask("OPTIONS"), HasSubstr("SIP/2.0 "));
}

}  // namespace
}  // namespace hotline::call
