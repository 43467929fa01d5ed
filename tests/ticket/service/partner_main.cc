// Plays the 12345 side of the exchange, badly: partner JOURNAL SEED [PORT]. It loses messages,
// takes messages and loses the reply, and holds a reply back until a later message has been
// answered. What it has taken stands in JOURNAL, a line "message ticket sequence stage" for each
// time.
#include <fcntl.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include <grpcpp/grpcpp.h>

#include "hotline/exchange/v1/exchange_service.grpc.pb.h"

namespace {

using hotline::exchange::v1::NotifyRequest;
using hotline::exchange::v1::NotifyResponse;

class Partner final : public hotline::exchange::v1::PartnerService::Service {
 public:
  Partner(const char* journal, unsigned seed)
      : journal_(open(journal, O_WRONLY | O_CREAT | O_APPEND, 0600)), random_(seed) {}

  grpc::Status Notify(grpc::ServerContext* context, const NotifyRequest* request,
                      NotifyResponse*) override {
    constexpr int kLost = 15, kReplyLost = 30, kHeld = 35;  // of 100, each from the one before
    std::unique_lock lock(mutex_);
    const int fate = std::uniform_int_distribution<>(0, 99)(random_);
    const grpc::Status lost(grpc::StatusCode::UNAVAILABLE, "lost on the way");
    if (fate < kLost) return lost;
    const std::string line = absl::StrCat(request->message_id(), " ", request->ticket_no(), " ",
                                          request->sequence(), " ", request->view().stage(), "\n");
    if (write(journal_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
      return {grpc::StatusCode::RESOURCE_EXHAUSTED, "the journal cannot be written"};
    }
    const uint64_t mine = ++taken_;
    later_.notify_all();
    if (fate < kReplyLost) return lost;
    if (fate < kHeld) {
      while (taken_ == mine && !context->IsCancelled()) {
        later_.wait_for(lock, std::chrono::milliseconds(10));
      }
    }
    return grpc::Status::OK;
  }

 private:
  const int journal_;
  std::mutex mutex_;
  std::condition_variable later_;
  std::mt19937 random_;  ///< guarded
  uint64_t taken_ = 0;   ///< guarded
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  Partner partner(argv[1], static_cast<unsigned>(std::atoi(argv[2])));
  const std::string port = argc > 3 ? argv[3] : "0";
  grpc::ServerBuilder builder;
  int chosen = 0;
  builder.AddListeningPort("127.0.0.1:" + port, grpc::InsecureServerCredentials(), &chosen);
  builder.RegisterService(&partner);
  const auto server = builder.BuildAndStart();
  if (!server || chosen == 0) return 1;
  std::cerr << "\"port\":\"" << chosen << "\"" << std::endl;
  server->Wait();
}
