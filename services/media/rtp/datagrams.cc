#include "services/media/rtp/datagrams.h"

namespace hotline::media {

DatagramBatch::DatagramBatch() {
  for (size_t i = 0; i < kMaxDatagrams; ++i) {
    parts_[i] = {bytes_[i].data(), bytes_[i].size()};
    messages_[i] = {};
    messages_[i].msg_hdr.msg_name = &sources_[i];
    messages_[i].msg_hdr.msg_iov = &parts_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
  }
}

size_t DatagramBatch::Read(int fd) {
  for (auto& message : messages_) message.msg_hdr.msg_namelen = sizeof(sockaddr_in);
  const int n = recvmmsg(fd, messages_.data(), kMaxDatagrams, MSG_DONTWAIT, nullptr);
  return n > 0 ? static_cast<size_t>(n) : 0;
}

std::span<const uint8_t> DatagramBatch::bytes(size_t i) const {
  if (messages_[i].msg_hdr.msg_flags & MSG_TRUNC) return {};
  return std::span(bytes_[i]).first(messages_[i].msg_len);
}

UdpAddress DatagramBatch::source(size_t i) const {
  return {ntohl(sources_[i].sin_addr.s_addr), ntohs(sources_[i].sin_port)};
}

bool SendDatagram(int fd, UdpAddress to, std::span<const uint8_t> bytes) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(to.address);
  where.sin_port = htons(to.port);
  return sendto(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                reinterpret_cast<const sockaddr*>(&where), sizeof where) >= 0;
}

}  // namespace hotline::media
