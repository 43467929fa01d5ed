// Agents who know what happens in the area and keep their seats ready.
#pragma once

#include <string>
#include <vector>

#include "deploy/demo/agents.h"
#include "deploy/demo/area/area_watch.h"

namespace hotline::test {

/// Signs `seats` in at once, brings them back half a second after a missed call, lets wrap-ups run
/// out.
struct Staff {
  Staff(demo::AreaClient& client, const std::vector<std::string>& seats);

  demo::Agents agents;
  demo::AreaWatch watch;  // after the agents: it tells them
};

}  // namespace hotline::test
