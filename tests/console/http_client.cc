#include "tests/console/http_client.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "services/base/check.h"

#include <arpa/inet.h>

namespace hotline::console {
namespace {

constexpr timeval kPatience = {.tv_sec = 20, .tv_usec = 0};

}  // namespace

std::string TestResponse::Header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

HttpClient::HttpClient(const Endpoint& server) : host_(server.ToString()) {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server.port);
  inet_pton(AF_INET, server.host.c_str(), &address.sin_addr);
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
  HOTLINE_CHECK(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0,
                "the server listens");
}

HttpClient::~HttpClient() {
  close(fd_);
}

void HttpClient::Send(const std::string& bytes) const {
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t size = send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (size <= 0) return;  // the server has had enough
    sent += static_cast<size_t>(size);
  }
}

void HttpClient::Request(const std::string& method, const std::string& target,
                         const Headers& headers, const std::string& body) const {
  std::string text = absl::StrCat(method, " ", target, " HTTP/1.1\r\n");
  bool host = false;
  for (const auto& [name, value] : headers) {
    absl::StrAppend(&text, name, ": ", value, "\r\n");
    host = host || name == "Host";
  }
  if (!host) absl::StrAppend(&text, "Host: ", host_, "\r\n");
  if (method != "GET") absl::StrAppend(&text, "Content-Length: ", body.size(), "\r\n");
  Send(text + "\r\n" + body);
}

void HttpClient::HangUp() const {
  shutdown(fd_, SHUT_RDWR);
}

bool HttpClient::Fill() {
  char bytes[16 << 10];
  const ssize_t size = recv(fd_, bytes, sizeof(bytes), 0);
  if (size <= 0) return false;
  buffer_.append(bytes, static_cast<size_t>(size));
  return true;
}

bool HttpClient::ReadUntil(const std::string& mark, std::string& out) {
  size_t at = buffer_.find(mark);
  while (at == std::string::npos) {
    if (!Fill()) return false;
    at = buffer_.find(mark);
  }
  out = buffer_.substr(0, at);
  buffer_.erase(0, at + mark.size());
  return true;
}

bool HttpClient::ReadBytes(size_t size, std::string& out) {
  while (buffer_.size() < size) {
    if (!Fill()) return false;
  }
  out = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return true;
}

TestResponse HttpClient::ReadHead() {
  TestResponse response;
  std::string head;
  if (!ReadUntil("\r\n\r\n", head)) return response;
  const std::vector<std::string> lines = absl::StrSplit(head, "\r\n");
  response.status = std::atoi(lines[0].substr(lines[0].find(' ') + 1).c_str());
  for (size_t i = 1; i < lines.size(); ++i) {
    const size_t colon = lines[i].find(": ");
    if (colon == std::string::npos) continue;
    response.headers[absl::AsciiStrToLower(lines[i].substr(0, colon))] = lines[i].substr(colon + 2);
  }
  return response;
}

TestResponse HttpClient::Read() {
  TestResponse response = ReadHead();
  if (response.Header("transfer-encoding") == "chunked") {
    while (const auto piece = ReadChunk()) response.body += *piece;
  } else if (response.status != 0 && response.status != 304) {
    ReadBytes(std::strtoul(response.Header("content-length").c_str(), nullptr, 10), response.body);
  }
  return response;
}

std::optional<std::string> HttpClient::ReadChunk() {
  std::string size, piece, end;
  if (!ReadUntil("\r\n", size)) return std::nullopt;
  const size_t length = std::strtoul(size.c_str(), nullptr, 16);
  if (length == 0 || !ReadBytes(length, piece) || !ReadBytes(2, end)) return std::nullopt;
  return piece;
}

bool HttpClient::IsClosed() {
  while (Fill()) {
  }
  char byte = 0;
  return recv(fd_, &byte, 1, MSG_DONTWAIT) == 0;
}

}  // namespace hotline::console
