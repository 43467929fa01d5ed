#include "tests/stack/staff.h"

namespace hotline::test {

Staff::Staff(demo::AreaClient& client, const std::vector<std::string>& seats)
    : agents(client, seats,
             {.come_back = absl::Milliseconds(500),
              .after_call = absl::InfiniteDuration(),
              .break_share = 0}),
      watch(client, [this](const router::v1::WatchAreaResponse& update, const demo::AreaView&) {
        agents.OnUpdate(update);
      }) {}

}  // namespace hotline::test
