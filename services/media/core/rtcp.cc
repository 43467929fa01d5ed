#include "services/media/core/rtcp.h"

#include <algorithm>
#include <cstring>

#include "services/base/check.h"
#include "services/media/core/wire.h"

namespace hotline::media {
namespace {

constexpr uint8_t kSenderReport = 200, kReceiverReport = 201, kSourceDescription = 202;
constexpr uint8_t kCnameItem = 1;
constexpr uint32_t kCycle = 1u << 16;

// Writes the common header once the packet's end is known (length: 32-bit words minus one).
void WriteHeader(uint8_t* begin, const uint8_t* end, uint8_t count, uint8_t type) {
  begin[0] = static_cast<uint8_t>(0x80 | count);
  begin[1] = type;
  WriteU16(begin + 2, static_cast<uint16_t>((end - begin) / 4 - 1));
}

uint8_t* WriteBlock(uint8_t* p, const ReceptionStats::Block& block) {
  WriteU32(p, block.ssrc);
  WriteU32(p + 4, static_cast<uint32_t>(block.fraction_lost) << 24 |
                      (static_cast<uint32_t>(block.total_lost) & 0xFFFFFF));
  WriteU32(p + 8, block.highest_sequence);
  WriteU32(p + 12, block.jitter);
  WriteU32(p + 16, 0);  // LSR and DLSR are zero for those who evaluate no sender reports (§6.4.1)
  WriteU32(p + 20, 0);
  return p + 24;
}

uint8_t* WriteReport(uint8_t* begin, const RtcpReport& report) {
  WriteU32(begin + 4, report.ssrc);
  uint8_t* p = begin + 8;
  if (report.sender) {
    WriteU32(p, static_cast<uint32_t>(report.sender->ntp_time >> 32));
    WriteU32(p + 4, static_cast<uint32_t>(report.sender->ntp_time));
    WriteU32(p + 8, report.sender->timestamp);
    WriteU32(p + 12, report.sender->packets);
    WriteU32(p + 16, report.sender->bytes);
    p += 20;
  }
  if (report.block) p = WriteBlock(p, *report.block);
  WriteHeader(begin, p, report.block ? 1 : 0, report.sender ? kSenderReport : kReceiverReport);
  return p;
}

uint8_t* WriteCname(uint8_t* begin, const RtcpReport& report) {
  WriteU32(begin + 4, report.ssrc);
  uint8_t* p = begin + 8;
  *p++ = kCnameItem;
  *p++ = static_cast<uint8_t>(report.cname.size());
  std::memcpy(p, report.cname.data(), report.cname.size());
  p += report.cname.size();
  // The list of items ends with one to four zero bytes, up to a word border (§6.5).
  do {
    *p++ = 0;
  } while ((p - begin) % 4 != 0);
  WriteHeader(begin, p, 1, kSourceDescription);
  return p;
}

}  // namespace

void ReceptionStats::Start(uint32_t ssrc, uint16_t sequence) {
  *this = ReceptionStats();
  started_ = true;
  ssrc_ = ssrc;
  base_ = max_sequence_ = sequence;
}

void ReceptionStats::Count(uint16_t sequence, uint32_t timestamp, uint32_t arrival) {
  const auto ahead = static_cast<int16_t>(sequence - max_sequence_);
  if (ahead > 0) {
    if (sequence < max_sequence_) cycles_ += kCycle;
    max_sequence_ = sequence;
  }
  ++received_;
  const uint32_t transit = arrival - timestamp;
  if (transit_) {
    const auto d = static_cast<int32_t>(transit - *transit_);
    const uint32_t change = d < 0 ? 0u - static_cast<uint32_t>(d) : static_cast<uint32_t>(d);
    jitter_ += change - ((jitter_ + 8) >> 4);
  }
  transit_ = transit;
}

std::optional<ReceptionStats::Block> ReceptionStats::TakeBlock() {
  if (!started_) return std::nullopt;
  constexpr int64_t kMaxLost = 0x7FFFFF, kMinLost = -0x800000;  // 24 bits
  const uint32_t expected = highest() - base_ + 1;
  const uint32_t expected_now = expected - expected_before_;
  const int64_t lost_now = int64_t{expected_now} - (received_ - received_before_);
  expected_before_ = expected;
  received_before_ = received_;
  return Block{.ssrc = ssrc_,
               .fraction_lost = expected_now == 0 || lost_now <= 0
                                    ? uint8_t{0}
                                    : static_cast<uint8_t>(
                                          std::min<int64_t>(255, lost_now * 256 / expected_now)),
               .total_lost = static_cast<int32_t>(
                   std::clamp(int64_t{expected} - int64_t{received_}, kMinLost, kMaxLost)),
               .highest_sequence = highest(),
               .jitter = jitter_ >> 4};
}

size_t WriteRtcp(const RtcpReport& report, std::span<uint8_t, kMaxRtcpBytes> out) {
  HOTLINE_CHECK(report.cname.size() <= kMaxCname, "a longer CNAME would not fit the packet");
  uint8_t* end = WriteReport(out.data(), report);
  end = WriteCname(end, report);
  return static_cast<size_t>(end - out.data());
}

}  // namespace hotline::media
