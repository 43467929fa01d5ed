#include "agent_console/gateway/people/password.h"

#include <sodium.h>

#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "agent_console/gateway/loop.h"
#include "services/base/check.h"

namespace hotline::console {
namespace {

/// Without those that look alike.
constexpr char kReadable[] = "abcdefghjkmnpqrstuvwxyz23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

void WipeText(std::string& text) {
  sodium_memzero(text.data(), text.size());
}

}  // namespace

absl::Status CheckPassword(const std::string& password) {
  if (password.size() >= kMinPasswordBytes && password.size() <= kMaxPasswordBytes) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("a password has 8 to 128 bytes");
}

std::string HashPassword(const std::string& password, HashCost cost) {
  HOTLINE_CHECK(sodium_init() >= 0, "libsodium finds randomness");
  const bool least = cost == HashCost::kLeast;
  std::array<char, crypto_pwhash_STRBYTES> text{};
  const int failed =
      crypto_pwhash_str(text.data(), password.data(), password.size(),
                        least ? crypto_pwhash_OPSLIMIT_MIN : crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        least ? crypto_pwhash_MEMLIMIT_MIN : crypto_pwhash_MEMLIMIT_INTERACTIVE);
  HOTLINE_CHECK(failed == 0, "there is no memory for a password's hash");
  return text.data();
}

bool VerifyPassword(const std::string& hash, const std::string& password) {
  return hash.size() < crypto_pwhash_STRBYTES &&
         crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

std::string MakePassword() {
  HOTLINE_CHECK(sodium_init() >= 0, "libsodium finds randomness");
  std::string password;
  for (int group = 0; group < 4; ++group) {
    if (group > 0) password.push_back('-');
    for (int i = 0; i < 4; ++i)
      password.push_back(kReadable[randombytes_uniform(sizeof(kReadable) - 1)]);
  }
  return password;
}

struct PasswordChecker::State {
  struct Question {
    std::string hash, password;
    std::function<void(bool)> done;
  };

  explicit State(Loop& on) : loop(on) {}

  void Run() {
    const std::string nobody = HashPassword(MakePassword());
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [this] { return stopping || !waiting.empty(); });
      if (stopping) return;
      Question question = std::move(waiting.front());
      waiting.pop_front();
      lock.unlock();
      const bool known = !question.hash.empty();
      const std::string& hash = known ? question.hash : nobody;
      const bool right = VerifyPassword(hash, question.password) && known;
      WipeText(question.password);
      loop.Post([done = std::move(question.done), right] { done(right); });
      lock.lock();
    }
  }

  Loop& loop;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Question> waiting;  ///< guarded
  bool stopping = false;         ///< guarded
  std::thread thread{[this] {
    Run();
  }};
};

PasswordChecker::PasswordChecker(Loop& loop) : state_(std::make_unique<State>(loop)) {}

PasswordChecker::~PasswordChecker() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->changed.notify_one();
  state_->thread.join();
}

bool PasswordChecker::Check(std::string hash, std::string password,
                            std::function<void(bool right)> done) {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->waiting.size() >= kMaxWaiting) return false;
    state_->waiting.push_back({std::move(hash), std::move(password), std::move(done)});
  }
  state_->changed.notify_one();
  return true;
}

}  // namespace hotline::console
