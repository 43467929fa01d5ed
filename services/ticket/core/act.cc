#include "services/ticket/core/act.h"

#include <array>

namespace hotline::ticket {
namespace {

constexpr std::array<std::string_view, kActs> kActWords = {
    "none",          "ask_info",     "supply",        "propose",       "reject",
    "refuse",        "merge",        "unmerge",       "dispatch",      "accept",
    "auto_accept",   "ask_return",   "uphold_return", "reject_return", "contest",
    "rule",          "record_fault", "add_child",     "child_closed",  "add_co_handler",
    "hand_over",     "suspend",      "resume",        "extend",        "contact",
    "doubt_contact", "evidence",     "submit",        "reject_result", "pass_result",
    "satisfied",     "no_answer",    "unreachable",   "dissatisfied",  "unreasonable",
    "refer",         "receipt",      "refer_back",    "reopen",        "archive",
    "withdraw",      "raise_crisis", "rate",          "urge",          "order",
    "answer_order",  "note",         "recompute",     "unmask"};

}  // namespace

std::string_view FormatAct(Act act) {
  const auto i = static_cast<size_t>(act);
  return i < kActWords.size() ? kActWords[i] : "unknown";
}

Act ParseAct(std::string_view text) {
  for (size_t i = 1; i < kActWords.size(); ++i) {
    if (kActWords[i] == text) return static_cast<Act>(i);
  }
  return Act::kNone;
}

bool IsWithin(std::string_view path, std::string_view root) {
  if (root.empty() || !path.starts_with(root)) return false;
  return path.size() == root.size() || root.back() == '/' || path[root.size()] == '/';
}

}  // namespace hotline::ticket
