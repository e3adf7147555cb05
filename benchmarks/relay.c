/* The floor for any proxy: relays bytes between a client and one of several upstreams and reads none of them.
 *
 * usage: relay PORT UPSTREAM_PORT...
 *
 * One thread, epoll, level-triggered; one recv and one send for each message that arrives, as a proxy cannot do with less. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 1 << 16, EVENTS = 256 };

/* One direction's reading end; `held` is what its peer's socket would not take yet. */
struct side {
  int fd;
  struct side *peer;
  char *held;
  size_t start, length;
  int closed;
};

static int epoll;

static void watch(struct side *side, int operation, unsigned events) {
  struct epoll_event event = {.events = events, .data.ptr = side};
  epoll_ctl(epoll, operation, side->fd, &event);
}

static struct sockaddr_in loopback(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static struct side *side_of(int fd) {
  int on = 1;
  struct side *side = calloc(1, sizeof *side);
  if (!side) abort();
  side->fd = fd;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return side;
}

/* Both sides at once; the memory goes with the second of them to be met, as one turn may hold events of both. */
static void close_pair(struct side *side) {
  struct side *peer = side->peer;
  if (!side->closed) {
    side->closed = peer->closed = 1;
    close(side->fd);
    close(peer->fd);
  }
}

static void drain(struct side *from) {
  struct side *to = from->peer;
  ssize_t sent = send(to->fd, from->held + from->start, from->length, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) {
    close_pair(from);
    return;
  }
  if (sent > 0) {
    from->start += sent;
    from->length -= sent;
  }
  if (!from->length) {
    free(from->held);
    from->held = NULL;
    watch(from, EPOLL_CTL_MOD, EPOLLIN);
    watch(to, EPOLL_CTL_MOD, to->held ? 0 : EPOLLIN);
  }
}

static void forward(struct side *from) {
  static char buffer[BUFFER];
  struct side *to = from->peer;
  ssize_t got = recv(from->fd, buffer, sizeof buffer, MSG_DONTWAIT);
  if (got <= 0) {
    if (got == 0 || errno != EAGAIN) close_pair(from);
    return;
  }
  ssize_t sent = send(to->fd, buffer, got, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0) {
    if (errno != EAGAIN) {
      close_pair(from);
      return;
    }
    sent = 0;
  }
  if (sent < got) {
    from->held = malloc(got - sent);
    if (!from->held) abort();
    memcpy(from->held, buffer + sent, got - sent);
    from->start = 0;
    from->length = got - sent;
    watch(from, EPOLL_CTL_MOD, 0);
    watch(to, EPOLL_CTL_MOD, EPOLLOUT | (to->held ? 0 : EPOLLIN));
  }
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: relay PORT UPSTREAM_PORT...\n");
    return 64;
  }
  int on = 1, next = 0, listening = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in here = loopback(atoi(argv[1]));
  setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listening, (struct sockaddr *)&here, sizeof here) || listen(listening, 4096)) {
    perror("relay");
    return 69;
  }
  epoll = epoll_create1(0);
  struct side door = {.fd = listening};
  watch(&door, EPOLL_CTL_ADD, EPOLLIN);
  for (;;) {
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(epoll, events, EVENTS, -1);
    struct side *gone[EVENTS];
    int dead = 0;
    for (int i = 0; i < ready; i++) {
      struct side *side = events[i].data.ptr;
      if (side == &door) {
        int fd = accept(listening, NULL, NULL);
        if (fd < 0) continue;
        int up = socket(AF_INET, SOCK_STREAM, 0);
        struct sockaddr_in there = loopback(atoi(argv[2 + next++ % (argc - 2)]));
        if (connect(up, (struct sockaddr *)&there, sizeof there)) {
          close(up);
          close(fd);
          continue;
        }
        struct side *client = side_of(fd), *upstream = side_of(up);
        client->peer = upstream;
        upstream->peer = client;
        watch(client, EPOLL_CTL_ADD, EPOLLIN);
        watch(upstream, EPOLL_CTL_ADD, EPOLLIN);
        continue;
      }
      if (side->closed) continue;
      if (events[i].events & EPOLLOUT) drain(side->peer);
      if (!side->closed && events[i].events & ~EPOLLOUT) {
        if (side->held) {
          close_pair(side); /* it broke off while the other was slow */
        } else {
          forward(side);
        }
      }
      if (side->closed) gone[dead++] = side;
    }
    while (dead) {
      struct side *side = gone[--dead], *peer = side->peer;
      free(side->held);
      free(peer->held);
      free(side);
      free(peer);
    }
  }
}
