/*
 * A WAN between two network namespaces: carries packets from one TUN device to the other with a rate, a delay, random
 * loss and a queue that drops what does not fit. For kernels without netem.
 *
 * usage: wan-link NAMESPACE DEVICE NAMESPACE DEVICE
 *
 * It listens to lines on its standard input and answers each with a line:
 *   set BITS_PER_SECOND DELAY_US LOSS_PER_MILLION QUEUE_BYTES SEED   both directions from now on; 0 bits: no limit
 *   count   bytes, packets, lost and dropped, of the first direction and then of the second
 * It ends with its input.
 *
 * Each direction is a thread. No packet waits for a timer to leave the sender's queue: the moment at which a link of
 * that rate would have sent its last bit is reckoned when it comes in, so that a late wake-up delays one delivery and
 * never lowers the rate. While there is traffic it works in ticks: waking for each packet would cost a core at
 * 100 Mbit/s. A fast link without loss takes segments in bundles of up to DEVICE's gso_max_size, as network cards do.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define MTU 1500
#define LARGEST 65536
/* What may be under way in one direction: 1 Gbit/s for a quarter of a second. */
#define RING (32u << 20)
/* Nanoseconds; a link that takes longer for a packet need not be looked at so often. */
#define TICK 150000u
#define LONG_TICK 300000u
#define LONG_TICK_BELOW 500000000u
#define BUNDLES_FROM 100000000u
/* How many packets are read before deliveries get their turn. */
#define BATCH 64

struct settings {
  uint64_t rate;
  uint64_t delay;
  uint32_t loss;
  uint64_t queue;
  uint64_t seed;
};

/* A record of the ring; a length of 0 says that the next one is at the ring's beginning. */
struct packet {
  uint64_t due;
  uint32_t length; /* with the header that the device puts before each packet */
  unsigned char bytes[];
};

struct direction {
  int in;
  int out;
  pthread_mutex_t lock;
  struct settings settings;
  atomic_uint generation;
  atomic_ullong bytes, packets, lost, dropped;
  unsigned char *ring;
};

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void fail(const char *what) {
  fprintf(stderr, "wan-link: %s: %s\n", what, strerror(errno));
  exit(1);
}

/* Opens a TUN device that is made in a namespace; this thread stays in it. */
static int open_tun(const char *namespace, const char *device) {
  char path[256];
  snprintf(path, sizeof path, "/run/netns/%s", namespace);
  int ns = open(path, O_RDONLY | O_CLOEXEC);
  if (ns < 0 || setns(ns, CLONE_NEWNET) < 0) fail(path);
  close(ns);
  int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) fail("/dev/net/tun");
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR};
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", device);
  if (ioctl(fd, TUNSETIFF, &request) < 0) fail(device);
  return fd;
}

/* xorshift64*: the same losses in each run. */
static uint64_t chance(uint64_t *state) {
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return *state * 2685821657736338717u;
}

/* What one direction's thread knows. */
struct state {
  struct settings settings;
  unsigned generation;
  uint64_t tick; /* every packet is read up to one late, and delivered up to one late */
  uint64_t random;
  uint64_t free_at; /* when the link has sent what it was given */
  size_t head, tail; /* of the ring; nothing is in it when they are the same */
};

static void renew(struct direction *d, struct state *s) {
  unsigned generation = atomic_load_explicit(&d->generation, memory_order_acquire);
  if (generation == s->generation) return;
  pthread_mutex_lock(&d->lock);
  s->settings = d->settings;
  pthread_mutex_unlock(&d->lock);
  s->generation = generation;
  s->tick = s->settings.rate && s->settings.rate < LONG_TICK_BELOW ? LONG_TICK : TICK;
  s->random = s->settings.seed ? s->settings.seed : 1;
  int bundles = s->settings.rate >= BUNDLES_FROM && !s->settings.loss;
  ioctl(d->in, TUNSETOFFLOAD, bundles ? TUN_F_CSUM | TUN_F_TSO4 : TUN_F_CSUM);
}

/* What a packet weighs on the wire: a bundle of segments has a header for each. */
static uint32_t weight(const struct packet *p) {
  struct virtio_net_hdr h;
  memcpy(&h, p->bytes, sizeof h);
  const unsigned char *ip = p->bytes + sizeof h;
  uint32_t length = p->length - (uint32_t)sizeof h;
  if (h.gso_type == VIRTIO_NET_HDR_GSO_NONE || !h.gso_size) return length;
  uint32_t ip_header = (ip[0] & 15u) * 4;
  uint32_t headers = ip_header + (ip[ip_header + 12] >> 4) * 4u;
  uint32_t segments = (length - headers + h.gso_size - 1) / h.gso_size;
  return length + (segments - 1) * headers;
}

/* Takes a packet that came in: onto the link, or into the queue before it, or nowhere. */
static int accept_packet(struct direction *d, struct state *s, struct packet *p, uint64_t at) {
  uint32_t length = weight(p);
  if (s->free_at < at) s->free_at = at;
  if (s->settings.rate) {
    uint64_t waiting = (uint64_t)((double)(s->free_at - at) * (double)s->settings.rate / 8e9);
    if (waiting + length > s->settings.queue + MTU) {
      atomic_fetch_add_explicit(&d->dropped, 1, memory_order_relaxed);
      return 0;
    }
    s->free_at += (uint64_t)((double)length * 8e9 / (double)s->settings.rate);
  }
  /* What is lost under way has used the link all the same. */
  atomic_fetch_add_explicit(&d->bytes, length, memory_order_relaxed);
  atomic_fetch_add_explicit(&d->packets, 1, memory_order_relaxed);
  if (s->settings.loss && chance(&s->random) % 1000000u < s->settings.loss) {
    atomic_fetch_add_explicit(&d->lost, 1, memory_order_relaxed);
    return 0;
  }
  p->due = s->free_at + (s->settings.delay > s->tick ? s->settings.delay - s->tick : 0);
  return 1;
}

/* A place for the largest packet in the ring, or none. It is the packet's only once that was added. */
static struct packet *place(struct direction *d, struct state *s) {
  size_t need = sizeof(struct packet) + LARGEST + 64;
  if (s->tail > s->head) return s->tail - s->head > need ? (struct packet *)(d->ring + s->head) : NULL;
  if (RING - s->head > need + sizeof(struct packet)) return (struct packet *)(d->ring + s->head);
  return s->tail > need ? (struct packet *)d->ring : NULL;
}

/* Where the oldest packet is; there is one. */
static struct packet *oldest(struct direction *d, struct state *s) {
  struct packet *p = (struct packet *)(d->ring + s->tail);
  if (p->length) return p;
  s->tail = 0;
  return (struct packet *)d->ring;
}

static size_t record(const struct packet *p) {
  return (sizeof(struct packet) + p->length + 15) & ~(size_t)15;
}

/* The packet in the place that was found is to stay. */
static void add(struct direction *d, struct state *s, struct packet *p) {
  size_t at = (size_t)((unsigned char *)p - d->ring);
  if (at != s->head) {
    if (s->tail == s->head) s->tail = at;
    else ((struct packet *)(d->ring + s->head))->length = 0;
  }
  s->head = at + record(p);
}

static void take(struct direction *d, struct state *s) {
  for (int i = 0; i < BATCH; i++) {
    struct packet *p = place(d, s);
    if (!p) return;
    ssize_t n = read(d->in, p->bytes, LARGEST);
    if (n <= 0) return;
    p->length = (uint32_t)n;
    if (accept_packet(d, s, p, now())) add(d, s, p);
  }
}

static void deliver(struct direction *d, struct state *s) {
  uint64_t at = now();
  while (s->tail != s->head) {
    struct packet *p = oldest(d, s);
    if (p->due > at) return;
    if (write(d->out, p->bytes, p->length) < 0 && errno == EAGAIN) return;
    s->tail += record(p);
  }
}

static void *run(void *argument) {
  struct direction *d = argument;
  struct state s = {.random = 1, .tick = TICK};
  /* The usual slack of 50 us is four packets at 1 Gbit/s. */
  prctl(PR_SET_TIMERSLACK, 1);
  setpriority(PRIO_PROCESS, 0, -15);
  for (;;) {
    renew(d, &s);
    take(d, &s);
    deliver(d, &s);
    struct timespec tick = {.tv_sec = 0, .tv_nsec = (long)s.tick};
    struct timespec while_idle = {.tv_sec = 0, .tv_nsec = 100000000};
    struct pollfd ready = {.fd = d->in, .events = POLLIN};
    uint64_t at = now();
    if (s.tail == s.head && s.free_at <= at) {
      ppoll(&ready, 1, &while_idle, NULL);
    } else if (s.free_at > at || oldest(d, &s)->due < at + 2 * s.tick) {
      clock_nanosleep(CLOCK_MONOTONIC, 0, &tick, NULL);
    } else {
      /* All that was sent is under way, and the link is free for more. */
      while_idle.tv_nsec = (long)(oldest(d, &s)->due - at);
      ppoll(&ready, 1, &while_idle, NULL);
    }
  }
  return NULL;
}

static struct direction directions[2];

static void set(struct settings settings) {
  for (int i = 0; i < 2; i++) {
    struct direction *d = &directions[i];
    pthread_mutex_lock(&d->lock);
    d->settings = settings;
    d->settings.seed += (uint64_t)i;
    pthread_mutex_unlock(&d->lock);
    atomic_fetch_add_explicit(&d->generation, 1, memory_order_release);
  }
}

static void command(const char *line) {
  struct settings s;
  if (sscanf(line, "set %lu %lu %u %lu %lu", &s.rate, &s.delay, &s.loss, &s.queue, &s.seed) == 5) {
    s.delay *= 1000;
    set(s);
    puts("ok");
  } else if (strncmp(line, "count", 5) == 0) {
    for (int i = 0; i < 2; i++) {
      struct direction *d = &directions[i];
      printf("%llu %llu %llu %llu%s", (unsigned long long)d->bytes, (unsigned long long)d->packets,
          (unsigned long long)d->lost, (unsigned long long)d->dropped, i ? "\n" : " ");
    }
  } else {
    puts("not understood");
  }
  fflush(stdout);
}

int main(int count, char **arguments) {
  if (count != 5) {
    fprintf(stderr, "usage: wan-link NAMESPACE DEVICE NAMESPACE DEVICE\n");
    return 2;
  }
  int first = open_tun(arguments[1], arguments[2]);
  int second = open_tun(arguments[3], arguments[4]);
  directions[0].in = directions[1].out = first;
  directions[1].in = directions[0].out = second;
  for (int i = 0; i < 2; i++) {
    pthread_t thread;
    pthread_mutex_init(&directions[i].lock, NULL);
    directions[i].ring = malloc(RING);
    if (!directions[i].ring) fail("memory");
    if (pthread_create(&thread, NULL, run, &directions[i])) fail("thread");
  }
  puts("ready");
  fflush(stdout);
  char line[256];
  while (fgets(line, sizeof line, stdin)) command(line);
  return 0;
}
