#include "tests/ctl/fake_router.h"

#include <algorithm>

namespace hotline::ctl {

using grpc::ServerContext;
using grpc::Status;
using namespace router::v1;  // NOLINT(google-build-using-namespace): nearly all of it is used

class FakeRouter::Area : public AreaService::Service {
 public:
  explicit Area(FakeRouter& owner) : owner_(owner) {}

  Status GetArea(ServerContext*, const GetAreaRequest*, GetAreaResponse* response) override {
    Describe(response);
    return Status::OK;
  }

  Status ListSeats(ServerContext*, const ListSeatsRequest*, ListSeatsResponse* response) override {
    for (const Seat& seat : owner_.seats) *response->add_seats() = seat;
    return Status::OK;
  }

  Status ListCalls(ServerContext*, const ListCallsRequest* request,
                   ListCallsResponse* response) override {
    if (!request->ended()) {
      for (const Call& call : owner_.calls) *response->add_calls() = call;
      return Status::OK;
    }
    {
      const std::scoped_lock lock(owner_.mutex_);
      owner_.pages_.push_back(request->page_size());
    }
    const size_t first = request->page_token().empty() ? 0 : std::stoul(request->page_token());
    const size_t end =
        std::min(owner_.ended.size(), first + static_cast<size_t>(request->page_size()));
    for (size_t i = first; i < end; ++i) *response->add_ended() = owner_.ended[i];
    if (end < owner_.ended.size()) response->set_next_page_token(std::to_string(end));
    return Status::OK;
  }

  Status GetStats(ServerContext*, const GetStatsRequest* request,
                  GetStatsResponse* response) override {
    owner_.last_stats_request = *request;
    *response->mutable_stats() = owner_.stats;
    return Status::OK;
  }

  Status WatchArea(ServerContext*, const WatchAreaRequest*,
                   grpc::ServerWriter<WatchAreaResponse>* writer) override {
    std::unique_lock lock(owner_.mutex_);
    const int generation = owner_.watch_generation_;
    if (owner_.hand_over_when_watched_) owner_.HandOver();
    WatchAreaResponse message;
    message.set_revision(1);
    message.set_full(true);
    Describe(message.mutable_area());
    for (const Seat& seat : owner_.seats) *message.add_seats() = seat;
    *message.mutable_stats() = owner_.stats;
    writer->Write(message);
    // A server thread is held until EndWatches(); a client that left is of no concern.
    owner_.ended_watches_.wait(lock, [&] { return owner_.watch_generation_ != generation; });
    return {grpc::StatusCode::UNAVAILABLE, "stopping"};
  }

  Status SetDrain(ServerContext*, const SetDrainRequest* request, SetDrainResponse*) override {
    return owner_.Carry(request->draining() ? "drain on" : "drain off", request->request_id());
  }

 private:
  void Describe(GetAreaResponse* response) const {
    response->set_area("demo");
    response->set_router(owner_.name_);
    response->set_role(owner_.role_);
    response->set_epoch(owner_.epoch_);
  }

  FakeRouter& owner_;
};

class FakeRouter::Seats : public SeatService::Service {
 public:
  explicit Seats(FakeRouter& owner) : owner_(owner) {}

  Status SignIn(ServerContext*, const SignInRequest* request, SignInResponse* response) override {
    std::string text = "sign-in " + request->seat_id() + " agent=" + request->agent();
    if (request->ready()) text += " ready";
    if (request->has_heartbeat_timeout()) {
      text += " heartbeat=" + std::to_string(request->heartbeat_timeout().seconds()) + "s";
    }
    return Change(text, *request, response, Seat::STATE_READY);
  }

  Status SetReady(ServerContext*, const SetReadyRequest* request,
                  SetReadyResponse* response) override {
    return Change("ready " + request->seat_id(), *request, response, Seat::STATE_READY);
  }

  Status SetNotReady(ServerContext*, const SetNotReadyRequest* request,
                     SetNotReadyResponse* response) override {
    response->mutable_seat()->set_reason(request->reason());
    return Change("not-ready " + request->seat_id() + " " + request->reason(), *request, response,
                  Seat::STATE_NOT_READY);
  }

  Status ExtendWrapUp(ServerContext*, const ExtendWrapUpRequest*, ExtendWrapUpResponse*) override {
    return {grpc::StatusCode::FAILED_PRECONDITION, "seat s1 is not in wrap-up"};
  }

 private:
  template <class Request, class Response>
  Status Change(const std::string& text, const Request& request, Response* response,
                Seat::State state) {
    response->mutable_seat()->set_seat_id(request.seat_id());
    response->mutable_seat()->set_state(state);
    return owner_.Carry(text, request.request_id());
  }

  FakeRouter& owner_;
};

FakeRouter::FakeRouter(const std::string& name)
    : name_(name),
      area_(std::make_unique<Area>(*this)),
      seat_service_(std::make_unique<Seats>(*this)) {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(area_.get());
  builder.RegisterService(seat_service_.get());
  server_ = builder.BuildAndStart();
  address_ = "127.0.0.1:" + std::to_string(port);
}

FakeRouter::~FakeRouter() {
  EndWatches();
  server_->Shutdown();
}

void FakeRouter::SetRole(RouterStatus::Role role, uint64_t epoch) {
  role_ = role;
  epoch_ = epoch;
}

void FakeRouter::LoseLeaseAtNextCommand(FakeRouter& successor) {
  const std::scoped_lock lock(mutex_);
  successor_ = &successor;
}

void FakeRouter::StandByWhenWatched(FakeRouter& successor) {
  const std::scoped_lock lock(mutex_);
  successor_ = &successor;
  hand_over_when_watched_ = true;
}

void FakeRouter::HandOver() {
  if (successor_ == nullptr) return;
  successor_->SetRole(RouterStatus::ROLE_ACTIVE, epoch_ + 1);
  SetRole(RouterStatus::ROLE_STANDBY, epoch_);
  successor_ = nullptr;
}

void FakeRouter::EndWatches() {
  const std::scoped_lock lock(mutex_);
  ++watch_generation_;
  ended_watches_.notify_all();
}

Status FakeRouter::Carry(const std::string& command, const std::string& request_id) {
  const std::scoped_lock lock(mutex_);
  HandOver();
  if (role_ != RouterStatus::ROLE_ACTIVE) return {grpc::StatusCode::UNAVAILABLE, "stand-by"};
  if (request_id.empty()) return {grpc::StatusCode::INVALID_ARGUMENT, "no request_id"};
  commands_.push_back(command);
  return Status::OK;
}

std::vector<std::string> FakeRouter::commands() const {
  const std::scoped_lock lock(mutex_);
  return commands_;
}

std::vector<int> FakeRouter::pages() const {
  const std::scoped_lock lock(mutex_);
  return pages_;
}

}  // namespace hotline::ctl
