#include "services/media/rtp/prompt_store.h"

#include <sndfile.h>

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"

#include "services/runtime/log.h"

namespace hotline::media {
namespace {

constexpr size_t kMaxName = 64;
const sf_count_t kMaxSamples = kSampleRate * (PromptStore::kMaxLength / absl::Seconds(1));

bool IsPromptName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
         });
}

absl::StatusOr<PromptPtr> ReadWav(std::string_view name, const std::string& path) {
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open(path.c_str(), SFM_READ, &info),
                                                         sf_close);
  if (!file) return absl::InvalidArgumentError(absl::StrCat(path, ": ", sf_strerror(nullptr)));
  if (info.samplerate != kSampleRate || info.channels != 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, " has ", info.samplerate, " Hz and ", info.channels,
        " channels; prompts have 8000 Hz and 1: sox ", path, " -r 8000 -c 1 -b 16 fixed.wav"));
  }
  if (info.frames <= 0 || info.frames > kMaxSamples) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " has ", info.frames, " samples; prompts have 1 to ", kMaxSamples));
  }
  auto prompt = std::make_shared<Prompt>();
  prompt->name = std::string(name);
  prompt->samples.resize(static_cast<size_t>(info.frames));
  const sf_count_t got = sf_read_short(file.get(), prompt->samples.data(), info.frames);
  if (got <= 0) return absl::InvalidArgumentError(absl::StrCat(path, ": no audio in it"));
  prompt->samples.resize(static_cast<size_t>(got));
  return prompt;
}

bool SameMoment(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

}  // namespace

absl::StatusOr<PromptPtr> PromptStore::Get(std::string_view name) {
  if (!IsPromptName(name)) {
    return absl::InvalidArgumentError("a prompt's name is made of a-z, 0-9, _ and -");
  }
  const std::string path = absl::StrCat(directory_, "/", std::string(name), ".wav");

  struct stat status {};

  const bool exists = stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);

  std::lock_guard lock(mutex_);
  const auto known = entries_.find(name);
  if (!exists) {
    if (known != entries_.end()) entries_.erase(known);
    return absl::NotFoundError(absl::StrCat("there is no prompt file ", path));
  }
  if (known != entries_.end() && known->second.size == status.st_size &&
      SameMoment(known->second.changed, status.st_mtim)) {
    return known->second.prompt;
  }
  if (known == entries_.end() && entries_.size() >= kMaxPrompts) {
    return absl::ResourceExhaustedError(absl::StrCat("more than ", kMaxPrompts, " prompts"));
  }
  auto prompt = ReadWav(name, path);
  if (!prompt.ok()) {
    if (known == entries_.end()) return prompt.status();
    LogWarn("changed prompt is unusable, the old one stays", {{"error", prompt.status()}});
    prompt = known->second.prompt;
  }
  entries_[std::string(name)] = {*prompt, status.st_mtim, status.st_size};
  return prompt;
}

}  // namespace hotline::media
