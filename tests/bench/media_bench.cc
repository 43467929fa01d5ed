// What a media node costs: media_bench [seconds] [threads] [legs…]
//
// Two-leg calls on loopback, both sides talking. The phones are a process of their own, so that the
// processor time measured is the engine's alone; they share the machine with it, though. Delivered
// is the audio that arrived at phones, of what their partners said.
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <new>
#include <string>
#include <vector>

#include "services/base/check.h"
#include "services/media/rtp/datagrams.h"
#include "services/media/rtp/engine.h"

// Every use of the heap in this process is counted: a tick must not have any.
std::atomic<uint64_t> heap_uses = 0;

void* operator new(size_t size) {
  heap_uses.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}

namespace hotline::media {
namespace {

constexpr uint32_t kLoopback = 0x7F000001;
constexpr std::chrono::milliseconds kPeriod{20};
constexpr int kWarmUpFrames = 50;
constexpr uint8_t kVoice = 0x2A;  // any byte that is not silence

struct Phone {
  UniqueFd fd;
  UdpAddress address;
};

struct PhoneCounts {
  uint64_t said = 0, heard = 0;
};

Phone OpenPhone() {
  Phone phone{UniqueFd(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)), {}};
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(kLoopback);
  socklen_t size = sizeof where;
  HOTLINE_CHECK(bind(phone.fd.get(), reinterpret_cast<sockaddr*>(&where), size) == 0,
                "a free port: raise the limit of open files");
  getsockname(phone.fd.get(), reinterpret_cast<sockaddr*>(&where), &size);
  phone.address = {kLoopback, ntohs(where.sin_port)};
  return phone;
}

// The phones' process: reads each phone's target port, talks for `frames` frames, writes its
// counts.
void RunPhones(const std::vector<Phone>& phones, int frames, int in, int out) {
  std::vector<uint16_t> targets(phones.size());
  const auto bytes = static_cast<ssize_t>(targets.size() * sizeof(uint16_t));
  HOTLINE_CHECK(read(in, targets.data(), static_cast<size_t>(bytes)) == bytes, "targets");
  PhoneCounts counts;
  DatagramBatch batch;
  std::array<uint8_t, kRtpHeaderBytes + kFrameSamples> packet;
  packet.fill(kVoice);
  auto next = std::chrono::steady_clock::now();
  for (int frame = 0; frame < frames + kWarmUpFrames; ++frame, next += kPeriod) {
    const auto left = next - std::chrono::steady_clock::now();
    const timespec wait{0, std::max<int64_t>(0, std::chrono::nanoseconds(left).count())};
    ppoll(nullptr, 0, &wait, nullptr);
    for (size_t i = 0; i < phones.size(); ++i) {
      WriteRtpHeader({.payload_type = kPayloadPcma,
                      .sequence = static_cast<uint16_t>(frame),
                      .timestamp = static_cast<uint32_t>(frame) * 160u,
                      .ssrc = static_cast<uint32_t>(i)},
                     std::span(packet).first<kRtpHeaderBytes>());
      const bool sent = SendDatagram(phones[i].fd.get(), {kLoopback, targets[i]}, packet);
      const size_t n = batch.Read(phones[i].fd.get());
      if (frame < kWarmUpFrames) continue;
      counts.said += sent;
      for (size_t k = 0; k < n; ++k) {
        const auto heard = batch.bytes(k);
        counts.heard += heard.size() == packet.size() && heard.back() == kVoice;
      }
    }
  }
  HOTLINE_CHECK(write(out, &counts, sizeof counts) == sizeof counts, "counts");
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](timeval t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double ResidentMegabytes() {
  std::ifstream statm("/proc/self/statm");
  double total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

// Connects phone 2k with phone 2k+1. Returns each phone's target port.
std::vector<uint16_t> AddCalls(Engine& engine, const std::vector<Phone>& phones) {
  std::vector<uint16_t> targets;
  LegId partner = 0;
  for (size_t i = 0; i < phones.size(); ++i) {
    const auto leg = engine.AddLeg("call" + std::to_string(i / 2), 0);
    HOTLINE_CHECK(leg.ok(), leg.status().ToString());
    targets.push_back(leg->port);
    const LegPeer peer{.signalled = phones[i].address, .telephone_event = 101};
    HOTLINE_CHECK(engine.SetPeer(leg->id, peer).ok(), "set peer");
    if (i % 2 == 1) {
      HOTLINE_CHECK(engine.SetRoute(leg->id, partner, 100).ok(), "route");
      HOTLINE_CHECK(engine.SetRoute(partner, leg->id, 100).ok(), "route");
    }
    partner = leg->id;
  }
  return targets;
}

void Measure(size_t legs, int seconds, size_t threads) {
  std::vector<Phone> phones;
  for (size_t i = 0; i < legs; ++i) phones.push_back(OpenPhone());
  std::array<int, 2> to_phones, from_phones;
  HOTLINE_CHECK(pipe(to_phones.data()) == 0 && pipe(from_phones.data()) == 0, "pipe");
  const pid_t child = fork();
  if (child == 0) {
    RunPhones(phones, seconds * static_cast<int>(kFramesPerSecond), to_phones[0], from_phones[1]);
    _exit(0);
  }
  auto engine = Engine::Start({.threads = threads}, [](const EngineEvent&) {});
  HOTLINE_CHECK(engine.ok(), engine.status().ToString());
  const auto targets = AddCalls(**engine, phones);
  for (Phone& phone : phones) phone.fd = UniqueFd();
  const double cpu_before = CpuSeconds();
  const auto start = std::chrono::steady_clock::now();
  const size_t bytes = targets.size() * sizeof(uint16_t);
  HOTLINE_CHECK(write(to_phones[1], targets.data(), bytes) == static_cast<ssize_t>(bytes), "pipe");
  const uint64_t heap_before = heap_uses;
  PhoneCounts counts;
  HOTLINE_CHECK(read(from_phones[0], &counts, sizeof counts) == sizeof counts, "the phones died");
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const double cpu = CpuSeconds() - cpu_before;
  const uint64_t heap = heap_uses - heap_before;
  const EngineStats stats = (*engine)->stats();
  waitpid(child, nullptr, 0);
  for (const int fd : {to_phones[0], to_phones[1], from_phones[0], from_phones[1]}) close(fd);
  std::printf("%6zu %8zu %10.0f %8.1f %10.2f %8.2f %6lu %6lu %8lu %5lu %7.1f\n", legs, threads,
              static_cast<double>(stats.tick_us) / static_cast<double>(stats.ticks),
              100 * cpu / took.count(), 1e6 * cpu / (took.count() * kFramesPerSecond * legs),
              100.0 * static_cast<double>(counts.heard) / static_cast<double>(counts.said),
              stats.packets.lost, stats.packets.dropped, stats.overruns, heap, ResidentMegabytes());
  std::fflush(stdout);
}

int Run(int argc, char** argv) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  const int seconds = argc > 1 ? std::atoi(argv[1]) : 10;
  const auto threads = static_cast<size_t>(argc > 2 ? std::atoi(argv[2]) : 2);
  std::vector<size_t> sizes;
  for (int i = 3; i < argc; ++i) sizes.push_back(static_cast<size_t>(std::atoi(argv[i])));
  if (sizes.empty()) sizes = {100, 400, 800};
  std::printf("%6s %8s %10s %8s %10s %8s %6s %6s %8s %5s %7s\n", "legs", "threads", "us/tick",
              "% core", "us/leg/tick", "deliv.%", "lost", "cut", "overruns", "heap", "RSS MB");
  for (const size_t legs : sizes) Measure(legs, seconds, threads);
  return 0;
}

}  // namespace
}  // namespace hotline::media

int main(int argc, char** argv) {
  return hotline::media::Run(argc, argv);
}
