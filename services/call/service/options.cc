#include "services/call/service/options.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

namespace hotline::call {
namespace {

constexpr int64_t kMaxCalls = 2'000;  // a media node has 4,000 legs, and a talk takes two
constexpr uint32_t kMakers = 1024;

const std::vector<std::pair<std::string_view, std::optional<Priority>>> kPriorities = {
    {"P0", Priority::kP0}, {"P1", Priority::kP1}, {"P2", Priority::kP2}, {"P3", Priority::kP3}};

/// "name" or "none": a prompt, or silence.
std::string ReadPrompt(ConfigReader& section, std::string_view key) {
  const std::string prompt = section.String(key, std::string(key));
  return prompt == "none" ? "" : prompt;
}

NumberRule ReadRule(ConfigReader& number) {
  NumberRule rule;
  rule.dialled = number.String("dialled");
  if (number.Has("header")) {
    ConfigReader header = number.Map("header");
    rule.header = Header{header.String("name"), header.String("value")};
  }
  rule.queue = number.Name("queue");
  rule.entry = number.String("entry", "direct");
  if (number.Has("priority")) {
    rule.priority = number.Choice<std::optional<Priority>>("priority", kPriorities);
  }
  if (number.Has("barred")) rule.barred = number.Strings("barred");
  if (rule.barred.size() > kMaxBarred) {
    number.Error("barred", "names more than " + std::to_string(kMaxBarred));
  }
  for (const std::string& who : rule.barred) {
    if (who.size() > kMaxBarredBytes) {
      number.Error("barred",
                   "names one in more than " + std::to_string(kMaxBarredBytes) + " bytes");
    }
  }
  rule.clearance = static_cast<uint32_t>(number.Int("clearance", {0, 9}, 0));
  return rule;
}

/// The router reads all of the area; here only what a call needs to find its queue.
void ReadArea(ConfigReader area, CallOptions& options) {
  options.area = area.Name("id");
  std::vector<std::string> queues;
  area.List("queues", [&](ConfigReader& queue) {
    queues.push_back(queue.Name("id"));
    queue.IgnoreRest();
  });
  area.List("numbers", [&](ConfigReader& number) {
    NumberRule rule = ReadRule(number);
    if (std::find(queues.begin(), queues.end(), rule.queue) == queues.end()) {
      number.Error("queue", "there is no queue \"" + rule.queue + '"');
    }
    if (rule.header) options.sip.header_names.push_back(rule.header->name);
    options.core.numbers.push_back(std::move(rule));
  });
  if (options.core.numbers.empty()) {
    area.Error("numbers", "no number is configured, so that every call would be refused");
  }
  area.IgnoreRest();
}

}  // namespace

CallOptions ReadCallOptions(ConfigFile& file) {
  CallOptions options;
  ReadArea(file.Section("area"), options);
  ConfigReader call = file.Section("call");
  options.node = call.Name("node");
  options.listen = call.Listen("listen");
  options.metrics = call.Listen("metrics");
  options.sip.listen = call.Listen("sip_listen");
  options.sip.proxy = call.Peer("sip_proxy");
  options.sip.domain = call.String("domain", "hotline.local");
  options.sip.own_user =
      options.core.numbers.empty() ? "hotline" : options.core.numbers.front().dialled;
  options.sip.max_calls = static_cast<uint32_t>(call.Int("max_calls", {1, kMaxCalls}, 2000));
  options.sip.session_expires =
      call.Duration("session_expires", absl::Minutes(30), {absl::Seconds(90), absl::Hours(24)});
  options.sip.call_id_maker =
      static_cast<uint32_t>(std::hash<std::string>()(options.node) % kMakers);
  options.routers = call.Peers("routers");
  if (options.routers.empty()) call.Error("routers", "at least one router is needed");
  options.media = call.Peer("media");
  options.spool_dir = call.String("spool_dir");
  options.drain = call.Duration("drain", absl::Seconds(10));
  options.core.notice = ReadPrompt(call, "notice");
  options.core.music = ReadPrompt(call, "music");
  options.core.no_agent = ReadPrompt(call, "no_agent");
  options.core.busy = ReadPrompt(call, "busy");
  options.core.rtp_timeout = call.Duration("rtp_timeout", absl::Seconds(30));
  return options;
}

}  // namespace hotline::call
