#include "services/ctl/command_line.h"

#include <algorithm>
#include <array>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace hotline::ctl {
namespace {

constexpr char kUsagePayload[] = "hotline-ctl/usage";

constexpr std::array<Option, 9> kGlobalOptions = {{
    {"--routers", Takes::kText, "A,B", "the routers' addresses, HOST:PORT each"},
    {"--call", Takes::kText, "HOST:PORT", "the call service's address"},
    {"--ticket", Takes::kText, "HOST:PORT", "the ticket service's address"},
    {"--directory", Takes::kText, "HOST:PORT", "the directory service's address"},
    {"--endpoints", Takes::kText, "FILE", "where deploy/up wrote the addresses"},
    {"--access-key", Takes::kText, "FILE", "the hotline's access key"},
    {"--timeout", Takes::kSpan, "SPAN", "give up after so long (5s)"},
    {"--json", Takes::kNothing, "", "print JSON instead of tables"},
    {"--help", Takes::kNothing, "", "explain the command"},
}};

size_t CountWords(std::string_view text) {
  if (text.empty()) return 0;
  return 1 + static_cast<size_t>(std::count(text.begin(), text.end(), ' '));
}

const Option* FindOption(const Command* command, std::string_view name) {
  for (const Option& option : kGlobalOptions) {
    if (option.name == name) return &option;
  }
  if (command == nullptr) return nullptr;
  for (const Option& option : command->options) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

absl::Status CheckValue(const Option& option, std::string_view value) {
  int count = 0;
  switch (option.takes) {
    case Takes::kNothing:
      return UsageError(absl::StrCat(std::string(option.name), " takes no value"));
    case Takes::kText:
      if (value.empty()) {
        return UsageError(absl::StrCat(std::string(option.name), " needs a value"));
      }
      return absl::OkStatus();
    case Takes::kSpan:
      return ParseSpan(option.name, value).status();
    case Takes::kCount:
      if (!absl::SimpleAtoi(std::string(value), &count) || count < 0) {
        return UsageError(absl::StrFormat("%s: \"%s\" is no count; write 0, 1, 2 …",
                                          std::string(option.name), std::string(value)));
      }
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

std::string Synopsis(const Command& command) {
  std::string text = absl::StrCat("hotline-ctl ", std::string(command.words));
  if (!command.operands.empty()) absl::StrAppend(&text, " ", std::string(command.operands));
  for (const Option& option : command.options) {
    absl::StrAppend(&text, " [", std::string(option.name));
    if (!option.value.empty()) absl::StrAppend(&text, " ", std::string(option.value));
    text += "]";
  }
  return text;
}

/// Reads the arguments one by one; the command is fixed as soon as its words are complete.
class Reader {
 public:
  Reader(std::span<const Command> commands, std::span<const std::string> arguments)
      : commands_(commands), arguments_(arguments) {}

  absl::StatusOr<Request> Read() {
    for (next_ = 0; next_ < arguments_.size(); ++next_) {
      const std::string& argument = arguments_[next_];
      if (!literal_ && argument == "--") {
        literal_ = true;
        continue;
      }
      const bool is_option = !literal_ && argument.starts_with("-") && argument != "-";
      const absl::Status status = is_option ? ReadOption(argument) : ReadWord(argument);
      if (!status.ok()) return status;
    }
    return Finish();
  }

 private:
  absl::Status ReadOption(std::string_view argument) {
    if (argument == "-h") argument = "--help";
    const size_t equals = argument.find('=');
    const std::string name(argument.substr(0, equals));
    const Option* option = FindOption(command_, name);
    if (option == nullptr) {
      const std::string_view of = command_ != nullptr ? command_->words : "hotline-ctl";
      return UsageError(
          absl::StrFormat("%s has no option %s; see `hotline-ctl help`", std::string(of), name));
    }
    if (option->takes == Takes::kNothing && equals == std::string_view::npos) {
      options_[name] = "";
      return absl::OkStatus();
    }
    std::string value;
    if (equals != std::string_view::npos) {
      value = argument.substr(equals + 1);
    } else if (next_ + 1 < arguments_.size()) {
      value = arguments_[++next_];
    } else {
      return UsageError(absl::StrCat(name, " needs a value"));
    }
    options_[name] = value;
    return CheckValue(*option, value);
  }

  absl::Status ReadWord(const std::string& word) {
    if (command_ != nullptr) {
      operands_.push_back(word);
      return absl::OkStatus();
    }
    if (words_.empty() && word == "help" && !help_) {
      help_ = true;
      return absl::OkStatus();
    }
    if (!words_.empty()) words_ += ' ';
    words_ += word;
    const auto same = [this](const Command& c) {
      return c.words == words_;
    };
    const auto noun = [this](const Command& c) {
      return c.words.starts_with(words_ + " ");
    };
    const auto found = std::find_if(commands_.begin(), commands_.end(), same);
    if (found != commands_.end()) {
      command_ = &*found;
    } else if (std::none_of(commands_.begin(), commands_.end(), noun)) {
      return UsageError(
          absl::StrFormat("there is no command \"%s\"; see `hotline-ctl help`", words_));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Request> Finish() {
    Request request{.command = command_, .help = help_ || options_.contains("--help")};
    if (command_ == nullptr) {
      request.noun = words_;
      if (request.help || (words_.empty() && options_.empty())) {
        request.help = true;
        return request;
      }
      return UsageError(
          words_.empty() ? "which command? See `hotline-ctl help`"
                         : absl::StrFormat("\"%s\" needs one more word; see `hotline-ctl help %s`",
                                           words_, words_));
    }
    if (!request.help && operands_.size() != CountWords(command_->operands)) {
      return UsageError(absl::StrCat("usage: ", Synopsis(*command_)));
    }
    request.arguments = Arguments(std::move(operands_), std::move(options_));
    return request;
  }

  std::span<const Command> commands_;
  std::span<const std::string> arguments_;
  size_t next_ = 0;
  bool literal_ = false;  ///< after "--": no more options
  bool help_ = false;
  const Command* command_ = nullptr;
  std::string words_;  ///< of the command, while it is not known
  std::vector<std::string> operands_;
  std::map<std::string, std::string> options_;
};

void AppendOptions(std::span<const Option> options, std::string& text) {
  for (const Option& option : options) {
    std::string left(option.name);
    if (!option.value.empty()) left += " " + std::string(option.value);
    absl::StrAppend(&text, absl::StrFormat("  %-22s %s\n", left, std::string(option.help)));
  }
}

}  // namespace

bool Arguments::Has(std::string_view option) const {
  return options_.contains(std::string(option));
}

std::string Arguments::Text(std::string_view option, std::string_view fallback) const {
  const auto found = options_.find(std::string(option));
  return found == options_.end() ? std::string(fallback) : found->second;
}

absl::Duration Arguments::Span(std::string_view option, absl::Duration fallback) const {
  if (!Has(option)) return fallback;
  return ParseSpan(option, Text(option)).value_or(fallback);
}

int Arguments::Count(std::string_view option, int fallback) const {
  int count = fallback;
  return absl::SimpleAtoi(Text(option), &count) ? count : fallback;
}

absl::StatusOr<Request> ParseCommandLine(std::span<const Command> commands,
                                         std::span<const std::string> arguments) {
  return Reader(commands, arguments).Read();
}

std::string Overview(std::span<const Command> commands, std::string_view noun) {
  std::string text = "usage: hotline-ctl COMMAND [OPTION…]\n\n";
  for (const Command& command : commands) {
    if (!noun.empty() && !command.words.starts_with(std::string(noun) + " ")) continue;
    std::string left(command.words);
    if (!command.operands.empty()) left += " " + std::string(command.operands);
    absl::StrAppend(&text, absl::StrFormat("  %-31s %s\n", left, std::string(command.summary)));
  }
  text += "\nEvery command takes\n";
  AppendOptions(kGlobalOptions, text);
  text +=
      "\nThe routers are those of --routers, else of HOTLINE_ROUTERS, else ROUTER and ROUTER_2 of "
      "the\n"
      "endpoints file: --endpoints, else HOTLINE_ENDPOINTS, else ./var/endpoints.env, else the "
      "one\n"
      "beside this program. Exit code: 0 done, 1 failed, 2 wrong usage or configuration.\n"
      "`hotline-ctl help COMMAND` says more.\n";
  return text;
}

std::string Explain(const Command& command) {
  std::string text =
      absl::StrCat("usage: ", Synopsis(command), "\n\n", std::string(command.summary), "\n");
  if (!command.details.empty()) absl::StrAppend(&text, "\n", std::string(command.details));
  text += "\nOptions\n";
  AppendOptions(command.options, text);
  AppendOptions(kGlobalOptions, text);
  return text;
}

absl::StatusOr<absl::Duration> ParseSpan(std::string_view what, std::string_view text) {
  absl::Duration span;
  if (!absl::ParseDuration(std::string(text), &span) || span <= absl::ZeroDuration() ||
      span == absl::InfiniteDuration()) {
    return UsageError(absl::StrFormat("%s: \"%s\" is no time span; write 250ms, 15s, 10m or 24h",
                                      std::string(what), std::string(text)));
  }
  return span;
}

absl::Status UsageError(std::string_view sentence) {
  absl::Status status = absl::InvalidArgumentError(std::string(sentence));
  status.SetPayload(kUsagePayload, absl::Cord());
  return status;
}

bool IsUsageError(const absl::Status& status) {
  return status.GetPayload(kUsagePayload).has_value();
}

}  // namespace hotline::ctl
