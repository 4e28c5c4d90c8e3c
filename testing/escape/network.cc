// SPDX-License-Identifier: Apache-2.0

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

#include "testing/escape/attack.h"

namespace sbx::escape {
namespace {

Outcome ConnectUnix(const std::string& name) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (name.size() > sizeof(address.sun_path)) CannotTry("a long name");
  std::memcpy(address.sun_path, name.data(), name.size());
  const int any = socket(AF_UNIX, SOCK_STREAM, 0);
  if (any < 0) return Of(-1);
  return Of(connect(any, reinterpret_cast<sockaddr*>(&address),
                    offsetof(sockaddr_un, sun_path) + name.size()));
}

// NAME: a socket that has no path.
Outcome ConnectAbstract(const Words& words) {
  return ConnectUnix('\0' + words[0]);
}

// PATH
Outcome ConnectPath(const Words& words) { return ConnectUnix(words[0]); }

// PORT, on the host's loopback.
Outcome ConnectLoopback(const Words& words) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(Number(words[0])));
  const int any = socket(AF_INET, SOCK_STREAM, 0);
  if (any < 0) return Of(-1);
  return Of(
      connect(any, reinterpret_cast<sockaddr*>(&address), sizeof(address)));
}

// Sees every packet.
Outcome OpenPacketSocket(const Words&) {
  return Of(socket(AF_PACKET, SOCK_RAW, 0));
}

// Talks to the hypervisor, past all network namespaces.
Outcome OpenVsock(const Words&) { return Of(socket(AF_VSOCK, SOCK_STREAM, 0)); }

// One of the pair sends to any path that it names.
Outcome PairDatagrams(const Words&) {
  int pair[2];
  return Of(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
}

constexpr Attack kAttacks[] = {
    {"connect-abstract", 1, ConnectAbstract},
    {"connect-loopback", 1, ConnectLoopback},
    {"connect-path", 1, ConnectPath},
    {"packet-socket", 0, OpenPacketSocket},
    {"pair-datagrams", 0, PairDatagrams},
    {"vsock", 0, OpenVsock},
};

}  // namespace

std::span<const Attack> AttacksOnNetwork() { return kAttacks; }

}  // namespace sbx::escape
