// The reading half of a workspace; workspace.hpp has the rules. Private to workspace*.cpp.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "native-server/openssl_crypto.hpp"
#include "native-server/sqlite_sql.hpp"
#include "native-server/workspace.hpp"
#include "native-server/workspace_writer.hpp"

namespace callgate {

class Workspace::Reader {
 public:
  Reader(std::string name, const std::string& path, const WorkspaceServices& services,
         Writer& writer);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Any thread.
  void submit(HttpRequest request, Done done);
  void stop();

 private:
  struct Waiting {
    HttpRequest request;
    Done done;
  };

  void run();
  void run_group(std::vector<Waiting>& group);
  void read_one(Waiting waiting);

  const std::string name_;
  const WorkspaceServices services_;
  Writer& writer_;
  SqliteSql sql_;
  OpensslCrypto crypto_;
  Core core_;
  std::int64_t data_version_ = -1;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Waiting> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace callgate
