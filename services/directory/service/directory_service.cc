#include "services/directory/service/directory_service.h"

#include <atomic>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include <grpcpp/grpcpp.h>

#include "services/directory/service/answers.h"
#include "services/directory/service/directory_book.h"
#include "services/directory/service/directory_metrics.h"
#include "services/directory/service/watch_hub.h"
#include "services/runtime/access.h"
#include "services/runtime/grpc_refusal.h"
#include "services/runtime/stream_outbox.h"
#include "services/runtime/work_pool.h"

#include "hotline/directory/v1/directory_service.grpc.pb.h"

namespace hotline::directory {
namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

/// Part of a file in a message.
constexpr size_t kPartBytes = size_t{96} << 10;
/// Parts of an export that may wait for its reader: all of the greatest.
constexpr size_t kMaxParts = 2 * kMaxPackBytes / kPartBytes;
/// Imports under way, so that those who ask keep a thread of the pool.
constexpr int kMaxImports = 2;
constexpr char kBusy[] = "too many requests wait already: try again in a moment";

/// Gathers the parts of files and imports them when the client has said all. Lives until OnDone.
class ImportReactor final : public grpc::ServerReadReactor<v1::ImportDirectoryRequest> {
 public:
  ImportReactor(ServiceParts& parts, std::atomic<int>& imports, std::string account,
                v1::ImportDirectoryResponse* response)
      : parts_(parts), imports_(imports), response_(response) {
    options_.account = std::move(account);
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Import();
    if (request_.has_header()) {
      options_.request_id = request_.header().request_id();
      options_.dry_run = request_.header().dry_run();
      options_.base_revision = request_.header().base_revision();
      total_bytes_ = request_.header().total_bytes();
    }
    if (request_.has_file()) {
      bytes_ += request_.file().text().size();
      if (files_.empty() || files_.back().name != request_.file().name()) {
        files_.push_back({request_.file().name(), ""});
      }
      if (bytes_ > kMaxPackBytes || files_.size() > kMaxPackFiles) {
        return Finish({grpc::StatusCode::RESOURCE_EXHAUSTED,
                       absl::StrCat("too much at once: the limit is ", kMaxPackFiles,
                                    " files with ", kMaxPackBytes, " bytes together")});
      }
      files_.back().text += request_.file().text();
    }
    StartRead(&request_);
  }

  void OnDone() override { delete this; }

 private:
  void Import() {
    if (static_cast<int64_t>(bytes_) != total_bytes_) {
      return Finish({grpc::StatusCode::INVALID_ARGUMENT,
                     absl::StrCat("the header promises ", total_bytes_, " bytes and ", bytes_,
                                  " came: nothing was imported")});
    }
    if (imports_.fetch_add(1) >= kMaxImports) {
      --imports_;
      return Finish({grpc::StatusCode::RESOURCE_EXHAUSTED, kBusy});
    }
    parts_.metrics.imports.Add(1);
    const bool posted = parts_.pool.Post([this] {
      const auto result = parts_.book.Import(files_, options_);
      Leave();
      parts_.metrics.requests.Add();
      if (!result.ok()) {
        if (result.status().code() == absl::StatusCode::kUnavailable) parts_.metrics.failed.Add();
        return Finish(ToGrpcStatus(result.status()));
      }
      *response_ = ToResponse(*result);
      if (response_->errors() > 0) parts_.metrics.refused_imports.Add();
      Finish(grpc::Status::OK);
    });
    if (posted) return;
    Leave();
    Finish({grpc::StatusCode::RESOURCE_EXHAUSTED, kBusy});
  }

  void Leave() {
    parts_.metrics.imports.Add(-1);
    --imports_;
  }

  ServiceParts& parts_;
  std::atomic<int>& imports_;
  v1::ImportDirectoryResponse* const response_;
  v1::ImportDirectoryRequest request_;
  ImportOptions options_;
  std::vector<PackFile> files_;
  size_t bytes_ = 0;
  int64_t total_bytes_ = 0;
};

/// A stream of answers with its outbox. Lives until gRPC's OnDone.
template <class Message>
class OutStream : public grpc::ServerWriteReactor<Message>,
                  public std::enable_shared_from_this<OutStream<Message>> {
 public:
  explicit OutStream(size_t limit) : outbox_(this, limit) {}

  void Keep() { self_ = this->shared_from_this(); }

  bool Put(Message message) { return outbox_.Send(std::move(message)); }

  void End(const grpc::Status& status) { outbox_.Finish(status); }

  void OnWriteDone(bool ok) override {
    outbox_.OnWriteDone(ok);
    AfterWrite(ok);
  }

  void OnCancel() override { outbox_.Finish(grpc::Status::CANCELLED); }

  void OnDone() override {
    Gone();
    self_.reset();
  }

 protected:
  virtual void AfterWrite(bool) {}

  virtual void Gone() {}

 private:
  StreamOutbox<grpc::ServerWriteReactor<Message>, Message> outbox_;
  std::shared_ptr<OutStream> self_;
};

class WatchStream final : public OutStream<v1::WatchDirectoryResponse>, public DirectoryWatcher {
 public:
  explicit WatchStream(WatchHub& hub) : OutStream(WatchHub::kBacklog), hub_(hub) {}

  bool Send(const v1::WatchDirectoryResponse& message) override { return Put(message); }

 private:
  void Gone() override { hub_.Remove(this); }

  WatchHub& hub_;
};

/// An export: its parts are counted, so that the end comes after the last.
class ExportStream final : public OutStream<v1::ExportDirectoryResponse> {
 public:
  ExportStream() : OutStream(kMaxParts) {}

  /// Sends one part after the other.
  void Start(const std::vector<PackFile>& files) {
    for (const PackFile& file : files) {
      for (size_t at = 0; at < file.text.size(); at += kPartBytes) {
        v1::ExportDirectoryResponse part;
        part.mutable_file()->set_name(file.name);
        part.mutable_file()->set_text(file.text.substr(at, kPartBytes));
        parts_.push_back(std::move(part));
      }
    }
    Next();
  }

 private:
  void AfterWrite(bool ok) override {
    if (ok) Next();
  }

  void Next() {
    if (sent_ == parts_.size()) return End(grpc::Status::OK);
    Put(std::move(parts_[sent_++]));
  }

  std::vector<v1::ExportDirectoryResponse> parts_;
  size_t sent_ = 0;
};

class RpcService final : public v1::DirectoryService::CallbackService {
 public:
  explicit RpcService(ServiceParts parts) : parts_(parts) {}

  Reactor* GetRecord(Context* context, const v1::GetRecordRequest* request,
                     v1::GetRecordResponse* response) override {
    return Run(context, request, response, &AnswerGet);
  }

  Reactor* ListRecords(Context* context, const v1::ListRecordsRequest* request,
                       v1::ListRecordsResponse* response) override {
    return Run(context, request, response, &AnswerList);
  }

  Reactor* SearchNodes(Context* context, const v1::SearchNodesRequest* request,
                       v1::SearchNodesResponse* response) override {
    return Run(context, request, response, &AnswerSearch);
  }

  Reactor* CheckRosters(Context* context, const v1::CheckRostersRequest* request,
                        v1::CheckRostersResponse* response) override {
    return Run(context, request, response, &AnswerRosters);
  }

  Reactor* ListHistory(Context* context, const v1::ListHistoryRequest* request,
                       v1::ListHistoryResponse* response) override {
    return Run(context, request, response,
               [this](const Snapshot&, const access::v1::Identity& who,
                      const v1::ListHistoryRequest& query) {
                 return AnswerHistory(parts_.book, who, query);
               });
  }

  grpc::ServerReadReactor<v1::ImportDirectoryRequest>* ImportDirectory(
      Context* context, v1::ImportDirectoryResponse* response) override {
    const auto caller = parts_.gate.Check(*context, *v1::ImportDirectoryRequest::descriptor());
    if (!caller.ok()) {
      return RefusedStream<grpc::ServerReadReactor<v1::ImportDirectoryRequest>>::Make(
          caller.status());
    }
    return new ImportReactor(parts_, imports_, caller->account(), response);
  }

  grpc::ServerWriteReactor<v1::ExportDirectoryResponse>* ExportDirectory(
      Context* context, const v1::ExportDirectoryRequest* request) override {
    using Stream = grpc::ServerWriteReactor<v1::ExportDirectoryResponse>;
    const auto caller = parts_.gate.Check(*context, *request);
    if (!caller.ok()) return RefusedStream<Stream>::Make(caller.status());
    if (auto status = CheckTables(request->tables()); !status.ok()) {
      return RefusedStream<Stream>::Make(status);
    }
    const auto format = request->format() == v1::ExportDirectoryRequest::FORMAT_YAML
                            ? PackFormat::kYaml
                            : PackFormat::kCsv;
    const auto stream = std::make_shared<ExportStream>();
    stream->Keep();
    const bool posted = parts_.pool.Post(
        [this, stream, format,
         tables = std::vector<std::string>(request->tables().begin(), request->tables().end())] {
          parts_.metrics.requests.Add();
          stream->Start(FormatPack(parts_.book.current()->directory, format, tables));
        });
    if (!posted) stream->End({grpc::StatusCode::RESOURCE_EXHAUSTED, kBusy});
    return stream.get();
  }

  grpc::ServerWriteReactor<v1::WatchDirectoryResponse>* WatchDirectory(
      Context* context, const v1::WatchDirectoryRequest* request) override {
    using Stream = grpc::ServerWriteReactor<v1::WatchDirectoryResponse>;
    const auto caller = parts_.gate.Check(*context, *request);
    if (!caller.ok()) return RefusedStream<Stream>::Make(caller.status());
    if (auto status = CheckTables(request->tables()); !status.ok()) {
      return RefusedStream<Stream>::Make(status);
    }
    const auto stream = std::make_shared<WatchStream>(parts_.hub);
    stream->Keep();
    const bool posted = parts_.pool.Post(
        [this, stream, position = request->position(),
         tables = std::vector<std::string>(request->tables().begin(), request->tables().end())] {
          if (!parts_.hub.Add(stream, tables, position)) {
            stream->End({grpc::StatusCode::RESOURCE_EXHAUSTED, "too many watch already"});
          }
        });
    if (!posted) stream->End({grpc::StatusCode::RESOURCE_EXHAUSTED, kBusy});
    return stream.get();
  }

 private:
  /// Answers with what `work` says of the latest snapshot, on the pool.
  template <class Request, class Response, class Work>
  Reactor* Run(Context* context, const Request* request, Response* response, Work work) {
    const auto caller = parts_.gate.Check(*context, *request);
    if (!caller.ok()) return RefuseUnary(*context, caller.status());
    Reactor* reactor = context->DefaultReactor();
    const bool posted = parts_.pool.Post([this, request, response, reactor, work, who = *caller] {
      auto answer = work(*parts_.book.current(), who, *request);
      parts_.metrics.requests.Add();
      if (answer.ok()) *response = *std::move(answer);
      reactor->Finish(ToGrpcStatus(answer.status()));
    });
    if (!posted) reactor->Finish({grpc::StatusCode::RESOURCE_EXHAUSTED, kBusy});
    return reactor;
  }

  ServiceParts parts_;
  std::atomic<int> imports_ = 0;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeDirectoryService(ServiceParts parts) {
  return std::make_unique<RpcService>(parts);
}

}  // namespace hotline::directory
