#include "native-server/workspace.hpp"

#include "native-server/workspace_reader.hpp"
#include "native-server/workspace_writer.hpp"

namespace callgate {

Workspace::Workspace(std::string name, const std::string& path, WorkspaceServices services)
    : writer_(std::make_unique<Writer>(name, path, services)),
      reader_(std::make_unique<Reader>(std::move(name), path, services, *writer_)) {}

Workspace::~Workspace() {
  stop();
}

void Workspace::handle(HttpRequest request, Done done) {
  if (only_reads(request.method, request.target)) {
    reader_->submit(std::move(request), std::move(done));
  } else {
    writer_->submit(std::move(request), std::move(done));
  }
}

void Workspace::take_piece(ImportChunk piece, Done done) {
  writer_->submit(std::move(piece), std::move(done));
}

std::int64_t Workspace::wal_bytes() const {
  return writer_->wal_bytes();
}

void Workspace::stop() {
  reader_->stop();  // first: what it cannot answer it hands to the writer
  writer_->stop();
}

}  // namespace callgate
