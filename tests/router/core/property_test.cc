// What must hold whatever happens: random days in a small area, see random_world.h and
// invariants.h.
//
// The seed is fixed, so that a run can be repeated. A failure prints its story and the line to
// repeat it, RC_PARAMS="reproduce=…"; with that, rapidcheck also looks for the shortest story,
// which takes minutes. To search further: RC_PARAMS="noshrink=1 seed=7 max_success=5000" unit_tests
// --gtest_filter='RouterProperty.*'
#include <cstdlib>
#include <vector>

#include "gtest/gtest.h"

#include "rapidcheck/gtest.h"
#include "tests/router/core/random_world.h"

namespace hotline::router {

void showValue(const Op& op, std::ostream& os) {
  os << "{" << op.kind << ", " << op.a << ", " << op.b << ", " << op.gap_ms << "}";
}

namespace {

// rapidcheck reads its parameters at the first property; what the caller gave stays.
[[maybe_unused]] const int kSeeded = setenv("RC_PARAMS", "noshrink=1 seed=12348", /*overwrite=*/0);

constexpr double kLength = 4.0;  // rapidcheck's sizes go to 100

rc::Gen<Op> AnyOp() {
  const auto gap =
      rc::gen::oneOf(rc::gen::just(0), rc::gen::inRange(0, 3'000), rc::gen::inRange(0, 20'000));
  return rc::gen::build<Op>(rc::gen::set(&Op::kind, rc::gen::inRange(0, RandomWorld::kKinds)),
                            rc::gen::set(&Op::a, rc::gen::inRange(0, 1'000)),
                            rc::gen::set(&Op::b, rc::gen::inRange(0, 1'000)),
                            rc::gen::set(&Op::gap_ms, gap));
}

RC_GTEST_PROP(RouterProperty, HoldsOnAnyDay, ()) {
  const auto ops =
      *rc::gen::scale(kLength, rc::gen::container<std::vector<Op>>(rc::gen::resize(100, AnyOp())));
  RandomWorld world;
  for (const Op& op : ops) world.Do(op);
  world.Finish();
}

RC_GTEST_PROP(RouterProperty, HoldsUnderEveryRule, ()) {
  const auto ops =
      *rc::gen::scale(kLength, rc::gen::container<std::vector<Op>>(rc::gen::resize(100, AnyOp())));
  RandomWorld world(RuledArea());
  for (const Op& op : ops) world.Do(op);
  world.Finish();
}

}  // namespace
}  // namespace hotline::router
