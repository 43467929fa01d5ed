// Every role calls every method of the ticket and directory services, about what is its own and
// about what is not: the table in who_may.txt must say what came of it, cell by cell. A new method
// has no line there and fails. HOTLINE_REWRITE=1 writes the table anew; then read the difference.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <map>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include <google/protobuf/dynamic_message.h>
#include <grpcpp/generic/generic_stub.h>

#include "services/directory/service/directory_server.h"
#include "services/runtime/grpc_client.h"
#include "tests/access/any_call.h"
#include "tests/directory/planted_faults.h"
#include "tests/runtime/ask_until.h"
#include "tests/runtime/temp_dir.h"
#include "tests/runtime/test_key.h"
#include "tests/ticket/service/ticket_fixture.h"

#include "hotline/directory/v1/directory_service.grpc.pb.h"

namespace hotline {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr char kTable[] = HOTLINE_WHO_MAY;

/// A role with the place where the test has it work, in the demo's tree.
struct Person {
  const char* code;
  access::v1::Role role;
  const char* org;
  const char* path;
  const char* own_ticket;    ///< key of tickets_
  const char* own_person;    ///< of the directory, in the own subtree
  const char* other_person;  ///< outside it
};

constexpr char kWillow[] = "/city-hall/county-west/town-willow";
constexpr char kAid[] = "/city-hall/legal-aid-centre";

const std::vector<Person>& People() {
  using namespace access::v1;  // NOLINT(google-build-using-namespace): fourteen roles
  static const std::vector<Person> people = {
      {"CIT", ROLE_CITIZEN, "", "", "town", "demo-13", "demo-19"},
      {"OPR", ROLE_OPERATOR, "county-west", "/city-hall/county-west", "town", "demo-13", "demo-19"},
      {"EXP", ROLE_EXPERT, "law-firm-demo", "/city-hall/law-firm-demo", "town", "demo-13",
       "demo-19"},
      {"DSP", ROLE_CITY_DISPATCHER, "city-hall", "/city-hall", "town", "demo-13", "demo-19"},
      {"CDS", ROLE_COUNTY_DISPATCHER, "county-west", "/city-hall/county-west", "town", "demo-13",
       "demo-19"},
      {"STN", ROLE_STATION_CLERK, "town-willow", kWillow, "town", "demo-13", "demo-19"},
      {"VIL", ROLE_VILLAGE_CONTACT, "village-stone-bridge",
       "/city-hall/county-west/town-willow/village-stone-bridge", "village", "demo-22", "demo-24"},
      {"UNT", ROLE_HANDLING_UNIT, "legal-aid-centre", kAid, "unit", "demo-25", "demo-19"},
      {"CBK", ROLE_FOLLOW_UP, "city-hall", "/city-hall", "town", "demo-13", "demo-19"},
      {"SUP", ROLE_SUPERVISOR, "city-hall", "/city-hall", "town", "demo-13", "demo-19"},
      {"X12345", ROLE_PARTNER_12345, "", "", "town", "demo-13", "demo-19"},
      {"OPS3", ROLE_CONTRACTOR, "", "", "town", "demo-13", "demo-19"},
      {"AUD", ROLE_AUDITOR, "city-hall", "/city-hall", "town", "demo-13", "demo-19"},
      {"SYS", ROLE_SYSTEM, "", "", "town", "demo-13", "demo-19"}};
  return people;
}

std::string Sign(const Person& person) {
  auto identity = Somebody(person.role, absl::StrCat("somebody-", person.code));
  identity.set_org(person.org);
  identity.set_org_path(person.path);
  return SignIdentity(TestKey(), identity);
}

/// Sets a text or number if the message has such a field.
void Set(Message& message, const std::string& name, const std::string& text) {
  const auto* field = message.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr) return;
  const auto& reflection = *message.GetReflection();
  if (field->is_repeated()) return reflection.AddString(&message, field, text);
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    return reflection.SetString(&message, field, text);
  }
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_INT64) {
    return reflection.SetInt64(&message, field, std::stoll(text));
  }
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_INT32) {
    reflection.SetInt32(&message, field, std::stoi(text));
  }
}

/// The bytes of every message that came, and how it ended.
struct Answer {
  grpc::Status status;
  std::string bytes;
};

Answer Ask(const std::shared_ptr<grpc::Channel>& channel, const MethodDescriptor& method,
           const std::string& request, const std::string& identity, size_t most_messages) {
  const auto context = MakeContextFor(identity, absl::Seconds(20));
  context->set_wait_for_ready(true);
  grpc::CompletionQueue queue;
  const auto next = [&] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  const auto call = grpc::GenericStub(channel).PrepareCall(context.get(), PathOf(method), &queue);
  call->StartCall(nullptr);
  next();
  const grpc::Slice slice(request);
  call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
  next();
  Answer answer;
  bool more = true;
  for (size_t i = 0; more && i < most_messages; ++i) {
    grpc::ByteBuffer buffer;
    call->Read(&buffer, nullptr);
    more = next();
    grpc::Slice whole;
    if (more && buffer.DumpToSingleSlice(&whole).ok()) {
      answer.bytes.append(reinterpret_cast<const char*>(whole.begin()), whole.size());
    }
  }
  if (more) context->TryCancel();
  call->Finish(&answer.status, nullptr);
  next();
  queue.Shutdown();
  while (next()) {
  }
  // What was answered was allowed, whatever the end that this test made.
  if (more) answer.status = grpc::Status::OK;
  return answer;
}

class WhoMayTest : public testing::Test {
 protected:
  WhoMayTest() : gate_(TestKey(), "test") {}

  void SetUp() override {
    StartDirectory();
    fixture_.SetDirectory(directory_->address());
    fixture_.Start();
    channels_["hotline.directory.v1.DirectoryService"] =
        MakeChannel(directory_->address(), {.own_connection = true});
    channels_["hotline.ticket.v1.TicketService"] =
        MakeChannel(fixture_.server().address(), {.own_connection = true});
    MakeTicket("town", "town-willow", kWillow, "");
    MakeTicket("village", "village-stone-bridge", absl::StrCat(kWillow, "/village-stone-bridge"),
               "");
    MakeTicket("unit", "legal-aid-centre", kAid, "");
    MakeTicket("foreign", "town-lake", "/city-hall/county-east/town-lake", "");
    MakeTicket("strict", "town-lake", "/city-hall/county-east/town-lake", "strict");
    AwaitDirectory();
  }

  void StartDirectory() {
    directory::DirectoryOptions options;
    options.listen = *Endpoint::Parse("127.0.0.1:0");
    options.store.url = "sqlite:" + dir_.File("directory.db");
    auto server = directory::DirectoryServer::Start(options, gate_, absl::Now, metrics_);
    ASSERT_TRUE(server.ok()) << server.status();
    directory_ = *std::move(server);
    const auto stub = directory::v1::DirectoryService::NewStub(
        MakeChannel(directory_->address(), {.own_connection = true}));
    const auto context = MakeContextFor(SignIdentity(TestKey(), Somebody(access::v1::ROLE_SYSTEM)),
                                        absl::Seconds(20));
    directory::v1::ImportDirectoryResponse response;
    const auto writer = stub->ImportDirectory(context.get(), &response);
    directory::v1::ImportDirectoryRequest header;
    header.mutable_header()->set_request_id("demo");
    const auto pack = directory::DemoPack();
    int64_t bytes = 0;
    for (const auto& file : pack) bytes += static_cast<int64_t>(file.text.size());
    header.mutable_header()->set_total_bytes(bytes);
    writer->Write(header);
    for (const auto& file : pack) {
      directory::v1::ImportDirectoryRequest part;
      part.mutable_file()->set_name(file.name);
      part.mutable_file()->set_text(file.text);
      writer->Write(part);
    }
    writer->WritesDone();
    const auto status = writer->Finish();
    ASSERT_TRUE(status.ok() && response.changed()) << status.error_message();
  }

  /// Opened by a person whom nobody else in the test is, and dispatched to `org`.
  void MakeTicket(const std::string& name, const std::string& org, const std::string& path,
                  const std::string& secrecy) {
    auto client = fixture_.Client("sup9");
    auto ticket = client.Open("open-" + name, "相邻纠纷");
    ticket::v1::RegisterTicketRequest registration;
    registration.set_request_id("register-" + name);
    registration.set_ticket_no(ticket.ticket_no());
    registration.set_version(ticket.version());
    ASSERT_TRUE(client.Register(registration, ticket).ok());
    if (!secrecy.empty()) {
      ticket::v1::ClassifyTicketRequest marks;
      marks.set_request_id("classify-" + name);
      marks.set_ticket_no(ticket.ticket_no());
      marks.set_version(ticket.version());
      marks.mutable_marks()->set_secrecy(secrecy);
      marks.mutable_update_mask()->add_paths("secrecy");
      ticket::v1::ClassifyTicketResponse response;
      const auto context = ticket::ContextOf("sup9", absl::Seconds(20));
      const auto status = client.stub().ClassifyTicket(context.get(), marks, &response);
      ASSERT_TRUE(status.ok()) << status.error_message();
      ticket = response.ticket();
    }
    ticket::v1::AdvanceTicketRequest dispatch;
    dispatch.set_request_id("dispatch-" + name);
    dispatch.set_ticket_no(ticket.ticket_no());
    dispatch.set_version(ticket.version());
    dispatch.set_act("dispatch");
    dispatch.mutable_unit()->set_org(org);
    dispatch.mutable_unit()->set_path(path);
    dispatch.set_yes(true);
    ticket::v1::AdvanceTicketResponse response;
    const auto context =
        MakeContextFor(SignIdentity(TestKey(), Somebody(access::v1::ROLE_CITY_DISPATCHER, "dsp9")),
                       absl::Seconds(20));
    const auto status = client.stub().AdvanceTicket(context.get(), dispatch, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    tickets_[name] = response.ticket();
  }

  /// Until the ticket service has read the directory it suggests nothing to anybody.
  void AwaitDirectory() {
    auto client = fixture_.Client("sup9");
    ticket::v1::SuggestDispatchRequest request;
    request.set_ticket_no(tickets_["town"].ticket_no());
    ASSERT_TRUE(AskUntil([&] {
      ticket::v1::SuggestDispatchResponse response;
      const auto context = ticket::ContextOf("sup9", absl::Seconds(20));
      return client.stub().SuggestDispatch(context.get(), request, &response).ok();
    }));
  }

  std::string RequestFor(const MethodDescriptor& method, const std::string& ticket,
                         const std::string& person) {
    google::protobuf::DynamicMessageFactory factory;
    const std::unique_ptr<Message> message(factory.GetPrototype(method.input_type())->New());
    Set(*message, "request_id", absl::StrCat("m", ++requests_));
    if (message->GetDescriptor()->FindFieldByName("ticket_no") != nullptr) {
      Set(*message, "ticket_no", tickets_[ticket].ticket_no());
      Set(*message, "version", absl::StrCat(tickets_[ticket].version()));
      Set(*message, "act", "note");
      Set(*message, "text", "说明");
      Set(*message, "reason", "核对号码");
    }
    Set(*message, "page_size", "200");
    Set(*message, "table", "staff");
    Set(*message, "tables", "staff");
    Set(*message, "key", person);
    const auto* mask = message->GetDescriptor()->FindFieldByName("update_mask");
    std::string bytes = message->SerializeAsString();
    if (mask == nullptr) return bytes;
    const bool marks = message->GetDescriptor()->FindFieldByName("marks") != nullptr;
    if (marks) {
      ticket::v1::ClassifyTicketRequest risk;
      risk.mutable_marks()->set_risk(true);
      risk.mutable_update_mask()->add_paths("risk");
      return bytes + risk.SerializeAsString();
    }
    ticket::v1::UpdateTicketRequest title;
    title.mutable_content()->set_title("题");
    title.mutable_update_mask()->add_paths("title");
    return bytes + title.SerializeAsString();
  }

  Answer Call(const MethodDescriptor& method, const Person& person, const std::string& ticket,
              const std::string& of) {
    const auto& channel = channels_.at(std::string(method.service()->full_name()));
    const bool watches = absl::StartsWith(method.name(), "Watch");
    if (method.name() != "WatchTickets" || !Allows(RuleOf(method), Somebody(person.role))) {
      return Ask(channel, method, RequestFor(method, ticket, of), Sign(person),
                 watches || !method.server_streaming() ? 1 : 1000);
    }
    // Tickets must change for it, and by another who may.
    std::atomic<bool> over = false;
    std::thread writer([&] {
      auto client = fixture_.Client("sup9");
      while (!over) {
        ticket::v1::AdvanceTicketRequest note;
        note.set_request_id(absl::StrCat("w", ++requests_));
        note.set_ticket_no(tickets_["strict"].ticket_no());
        note.set_version(tickets_["strict"].version());
        note.set_act("note");
        note.set_text("说明");
        ticket::v1::AdvanceTicketResponse response;
        const auto context = ticket::ContextOf("sup9", absl::Seconds(20));
        client.stub().AdvanceTicket(context.get(), note, &response);
      }
    });
    auto answer = Ask(channel, method, "", Sign(person), 1);
    over = true;
    writer.join();
    // A message about the strict ticket of strangers: about any.
    if (absl::StrContains(answer.bytes, tickets_["strict"].ticket_no())) {
      for (const auto& [name, one] : tickets_) answer.bytes += one.ticket_no();
    }
    return answer;
  }

  /// Whether something came of it: answered, or refused for what the request says.
  static bool CameThrough(const Answer& answer) {
    switch (answer.status.error_code()) {
      case grpc::StatusCode::OK:
      case grpc::StatusCode::FAILED_PRECONDITION:
      case grpc::StatusCode::INVALID_ARGUMENT:
      case grpc::StatusCode::ABORTED:
        return true;
      default:
        return false;
    }
  }

  /// The cell: "-", "yes", "own", "area", "all"; with what is wrong, if something is.
  std::string Cell(const MethodDescriptor& method, const Person& person) {
    const bool of_tickets = method.input_type()->FindFieldByName("ticket_no") != nullptr;
    const std::array<const char*, 3> tickets = {person.own_ticket, "foreign", "strict"};
    const std::array<const char*, 2> people = {person.own_person, person.other_person};
    std::string reached;
    if (of_tickets) {
      for (const char* ticket : tickets) {
        const Answer answer = Call(method, person, ticket, "");
        if (IsRefusedByRule(answer.status)) return "-";
        if (answer.status.error_code() == grpc::StatusCode::PERMISSION_DENIED) return "table";
        if (!CameThrough(answer) && answer.status.error_code() != grpc::StatusCode::NOT_FOUND) {
          return absl::StrCat("?", answer.status.error_message());
        }
        reached += CameThrough(answer) ? 'y' : 'n';
      }
      return Word(reached);
    }
    const bool by_key = method.name() == "GetRecord";
    const Answer answer = Call(method, person, "", by_key ? people[0] : "");
    if (IsRefusedByRule(answer.status)) return "-";
    if (!CameThrough(answer)) return absl::StrCat("?", answer.status.error_message());
    if (by_key) {
      const Answer other = Call(method, person, "", people[1]);
      return CameThrough(other) ? "area" : "own";
    }
    for (const char* ticket : tickets) {
      reached += absl::StrContains(answer.bytes, tickets_[ticket].ticket_no()) ? 'y' : 'n';
    }
    if (reached != "nnn") return Word(reached);
    const bool own = absl::StrContains(answer.bytes, people[0]);
    const bool other = absl::StrContains(answer.bytes, people[1]);
    return own && other ? "area" : own ? "own" : other ? "?only strangers" : "yes";
  }

  static std::string Word(const std::string& reached) {
    if (reached == "yyy") return "all";
    if (reached == "yyn") return "area";
    if (reached == "ynn") return "own";
    return "?" + reached;
  }

  TempDir dir_;
  Gate gate_;
  Metrics metrics_;
  std::unique_ptr<directory::DirectoryServer> directory_;
  ticket::TicketFixture fixture_;
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
  std::map<std::string, ticket::v1::Ticket> tickets_;
  std::atomic<int> requests_ = 0;
};

/// "Service.Method" → its cells, from the table.
std::map<std::string, std::vector<std::string>> Written(const std::string& text) {
  std::map<std::string, std::vector<std::string>> lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipWhitespace());
    const std::string name = words.front();
    words.erase(words.begin());
    lines[name] = std::move(words);
  }
  return lines;
}

std::string Line(const std::string& name, const std::vector<std::string>& cells) {
  std::string line = absl::StrFormat("%-34s", name);
  for (const auto& cell : cells) absl::StrAppendFormat(&line, "%-7s", cell);
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

TEST_F(WhoMayTest, EveryCellOfTheTable) {
  const std::string text = ReadFile(kTable);
  auto written = Written(text);
  const bool rewrite = std::getenv("HOTLINE_REWRITE") != nullptr;
  std::vector<std::string> codes;
  for (const auto& person : People()) codes.emplace_back(person.code);
  EXPECT_TRUE(rewrite || written["method"] == codes) << "the columns";
  written.erase("method");
  std::string table;
  for (const auto& [service, channel] : channels_) {
    const auto* descriptor =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service);
    ASSERT_NE(descriptor, nullptr) << service;
    for (int m = 0; m < descriptor->method_count(); ++m) {
      const auto& method = *descriptor->method(m);
      const std::string name = absl::StrCat(descriptor->name(), ".", method.name());
      auto line = written[name];
      EXPECT_TRUE(rewrite || line.size() == codes.size()) << name << " has no line in " << kTable;
      line.resize(codes.size());
      written.erase(name);
      std::vector<std::string> cells;
      for (size_t i = 0; i < codes.size(); ++i) {
        const auto& person = People()[i];
        cells.push_back(Cell(method, person));
        EXPECT_EQ(cells[i] == "-", !Allows(RuleOf(method), Somebody(person.role)))
            << name << " as " << codes[i] << ": " << cells[i];
        EXPECT_NE(cells[i].front(), '?') << name << " as " << codes[i] << ": " << cells[i];
        EXPECT_TRUE(rewrite || cells[i] == line[i])
            << name << " as " << codes[i] << ": " << cells[i] << ", written: " << line[i];
      }
      table += Line(name, cells);
    }
  }
  for (const auto& [name, cells] : written) {
    EXPECT_TRUE(rewrite) << name << " is in the table, but there is no such method";
  }
  if (rewrite) {
    WriteFile(kTable, text.substr(0, text.find("\nmethod") + 1) + Line("method", codes) + table);
  }
}

}  // namespace
}  // namespace hotline
