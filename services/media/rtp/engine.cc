#include "services/media/rtp/engine.h"

#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "services/base/check.h"

namespace hotline::media {

Engine::Engine(EngineOptions options, EventQueue::Sink sink)
    : options_(options),
      ports_(options.address, options.ports),
      random_(std::random_device{}()),
      event_queue_(std::move(sink)) {}

// Legs that are still alive go with their shards, after their threads have ended.
Engine::~Engine() = default;

absl::StatusOr<std::unique_ptr<Engine>> Engine::Start(EngineOptions options,
                                                      EventQueue::Sink sink) {
  HOTLINE_CHECK(options.threads > 0, "the configuration is checked before");
  std::unique_ptr<Engine> engine(new Engine(options, std::move(sink)));
  for (size_t i = 0; i < options.threads; ++i) {
    engine->shards_.push_back(std::make_unique<Shard>(engine->event_queue_));
    const absl::Duration offset =
        kFrameTime * static_cast<int64_t>(i) / static_cast<int64_t>(options.threads);
    if (absl::Status status = engine->shards_.back()->Start(offset); !status.ok()) return status;
  }
  return engine;
}

absl::StatusOr<Engine::AddedLeg> Engine::AddLeg(std::string_view call, uint16_t wanted_port) {
  Leg::Options options{.rtp_timeout = ToFrames(options_.rtp_timeout)};
  {
    std::lock_guard lock(mutex_);
    if (legs_.size() + opening_ >= options_.max_legs) {
      return absl::ResourceExhaustedError(
          absl::StrCat("this media node carries ", options_.max_legs, " legs already"));
    }
    ++opening_;
    options.id = next_id_++;
    options.ssrc = static_cast<uint32_t>(random_());
    options.timestamp = static_cast<uint32_t>(random_());
    options.sequence = static_cast<uint16_t>(random_());
  }
  // Binding sockets and building the leg take a while: not under the lock.
  options.cname = absl::StrCat("leg", options.id, "@hotline");
  auto pair = ports_.Open(wanted_port);
  const absl::Status opened = pair.status();
  std::unique_ptr<Leg> leg;
  if (opened.ok()) leg = std::make_unique<Leg>(options, *std::move(pair));

  std::lock_guard lock(mutex_);
  --opening_;
  if (!leg) return opened;
  Entry entry{&ShardOf(call), leg.get(), std::string(call), leg->ports().port()};
  const AddedLeg added{options.id, entry.port};
  absl::Status posted = entry.shard->Post(AddLegCommand{std::move(leg)});
  if (!posted.ok()) return posted;
  legs_.emplace(options.id, std::move(entry));
  return added;
}

Shard& Engine::ShardOf(std::string_view call) {
  return *shards_[std::hash<std::string_view>{}(call) % shards_.size()];
}

absl::StatusOr<Engine::Entry*> Engine::Find(LegId leg) {
  const auto found = legs_.find(leg);
  if (found == legs_.end()) return absl::NotFoundError("there is no such leg");
  return &found->second;
}

absl::Status Engine::SetPeer(LegId leg, const LegPeer& peer) {
  std::lock_guard lock(mutex_);
  const auto entry = Find(leg);
  if (!entry.ok()) return entry.status();
  return (*entry)->shard->Post(SetPeerCommand{(*entry)->leg, peer});
}

absl::Status Engine::Play(LegId leg, PromptPtr prompt, bool loop, bool interrupt) {
  std::lock_guard lock(mutex_);
  const auto entry = Find(leg);
  if (!entry.ok()) return entry.status();
  return (*entry)->shard->Post(PlayCommand{(*entry)->leg, std::move(prompt), loop, interrupt});
}

absl::Status Engine::StopPlay(LegId leg) {
  std::lock_guard lock(mutex_);
  const auto entry = Find(leg);
  if (!entry.ok()) return entry.status();
  return (*entry)->shard->Post(StopPlayCommand{(*entry)->leg});
}

absl::Status Engine::SetRoute(LegId from, LegId to, uint32_t percent) {
  if (percent > kMaxGainPercent) {
    return absl::InvalidArgumentError(absl::StrCat("a gain is 0 to ", kMaxGainPercent, " percent"));
  }
  std::lock_guard lock(mutex_);
  const auto source = Find(from);
  if (!source.ok()) return source.status();
  const auto listener = Find(to);
  if (!listener.ok()) return listener.status();
  if (from == to || (*source)->call != (*listener)->call) {
    return absl::InvalidArgumentError("only two legs of one call can hear each other");
  }
  return (*listener)->shard->Post(
      SetRouteCommand{(*source)->leg, (*listener)->leg, GainFromPercent(percent)});
}

void Engine::RemoveLeg(LegId leg) {
  std::lock_guard lock(mutex_);
  const auto entry = Find(leg);
  if (!entry.ok()) return;
  ports_.MarkClosing((*entry)->port);
  (*entry)->shard->PostRemoval((*entry)->leg);
  legs_.erase(leg);
}

EngineStats Engine::stats() const {
  EngineStats sum;
  for (const auto& shard : shards_) sum.Add(shard->stats());
  return sum;
}

}  // namespace hotline::media
