#include "services/call/sip/sip_endpoint.h"

#include <unistd.h>

#include <future>
#include <utility>

#include "services/call/sip/dialogs.h"
#include "services/call/sip/sofia_thread.h"
#include "services/runtime/listen_socket.h"

namespace hotline::call {
namespace {

constexpr absl::Duration kLastGoodbyes = absl::Seconds(1);

class SofiaEndpoint : public SipEndpoint {
 public:
  SofiaEndpoint(SipOptions options, Clock clock, SipOwner owner)
      : address_(options.listen),
        dialogs_(
            std::make_unique<Dialogs>(std::move(options), std::move(clock), std::move(owner))) {}

  ~SofiaEndpoint() override { Stop(kLastGoodbyes); }

  bool Open() {
    bool open = false;
    thread_.Run([&] { open = dialogs_->Open(thread_.root()); });
    open_ = open;
    return open;
  }

  Endpoint address() const override { return address_; }

  void Submit(std::vector<SipAction> actions) override {
    thread_.Post([this, actions = std::move(actions)] {
      for (const SipAction& action : actions) dialogs_->Do(action);
    });
  }

  void SayFarewell(std::vector<std::string> farewells) override {
    thread_.Post([this, farewells = std::move(farewells)] { dialogs_->SayFarewell(farewells); });
  }

  void SetDraining(bool draining) override { dialogs_->draining = draining; }

  void SetFull(bool full) override { dialogs_->full = full; }

  SipCounts counts() const override {
    return {dialogs_->invites, dialogs_->overload, dialogs_->refused_draining, dialogs_->malformed};
  }

  void Stop(absl::Duration limit) override {
    if (stopped_) return;
    stopped_ = true;
    auto done = std::make_shared<std::promise<void>>();
    bool finished = !open_;
    if (open_) {
      auto future = done->get_future();
      thread_.Post([this, done] {
        dialogs_->Shutdown([done, said = false]() mutable {
          if (!std::exchange(said, true)) done->set_value();
        });
      });
      finished = future.wait_for(absl::ToChronoMilliseconds(limit)) == std::future_status::ready;
    }
    // Sofia cannot destroy an agent with live calls; at the end of the process it need not.
    // Farewells have an agent of their own, which goes with the thread it lives on.
    if (open_) {
      thread_.Run([this, finished] { finished ? dialogs_->Destroy() : dialogs_->EndFarewells(); });
    }
    thread_.Stop();
  }

 private:
  Endpoint address_;
  SofiaThread thread_;
  std::unique_ptr<Dialogs> dialogs_;
  bool open_ = false;
  bool stopped_ = false;
};

/// A port whose TCP side is free may have a taken UDP side, so any free one is tried for a few
/// times.
constexpr int kPortAttempts = 8;

/// Sofia does not tell which port it got, so a free one is chosen first.
absl::StatusOr<Endpoint> ChoosePort(const Endpoint& listen) {
  absl::StatusOr<ListenSocket> socket = ListenTcp(listen, "SIP");
  if (!socket.ok()) return socket.status();
  close(socket->fd);
  return socket->address;
}

absl::Status ExplainFailure(const Endpoint& address) {
  absl::Status status = ExplainListenFailure(address, "SIP");
  if (!absl::IsUnavailable(status)) return status;
  return absl::AlreadyExistsError("SIP cannot listen on " + address.ToString() +
                                  ": its UDP port is in use");
}

}  // namespace

absl::StatusOr<std::unique_ptr<SipEndpoint>> SipEndpoint::Start(SipOptions options, Clock clock,
                                                                SipOwner owner) {
  const Endpoint wanted = options.listen;
  for (int attempt = 1;; ++attempt) {
    absl::StatusOr<Endpoint> address = ChoosePort(wanted);
    if (!address.ok()) return address.status();
    options.listen = *address;
    auto endpoint = std::make_unique<SofiaEndpoint>(options, clock, owner);
    if (endpoint->Open()) return endpoint;
    if (wanted.port != 0 || attempt == kPortAttempts) return ExplainFailure(*address);
  }
}

}  // namespace hotline::call
