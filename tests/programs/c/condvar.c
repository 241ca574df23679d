/* Threads that take turns by a condition variable; thread-local counters. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
#include <stdlib.h>
static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cv = PTHREAD_COND_INITIALIZER;
static int turn, count;
static __thread int mine;
static void *work(void *arg) {
  long id = (long)arg;
  for (int i = 0; i < 100; i++) {
    pthread_mutex_lock(&mu);
    while (turn != id) pthread_cond_wait(&cv, &mu);
    turn = (turn + 1) % 4; count++; mine++;
    pthread_cond_broadcast(&cv);
    pthread_mutex_unlock(&mu);
  }
  return (void *)(long)mine;
}
int main(void) {
  pthread_t t[4];
  for (long i = 0; i < 4; i++) pthread_create(&t[i], 0, work, (void *)i);
  long sum = 0;
  for (int i = 0; i < 4; i++) { void *r; pthread_join(t[i], &r); sum += (long)r; }
  printf("count %d sum %ld\n", count, sum);
  return 0;
}
