/* Threads: create and join, a mutex, a condition variable, atomics, thread-local storage. Linked with -pthread. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { THREADS = 4, ROUNDS = 2000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static long guarded;
static atomic_long counted;
static int turn;
static _Thread_local int mine;

static void *work(void *arg) {
    int me = (int)(long)arg;
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&lock);
        guarded++;
        pthread_mutex_unlock(&lock);
        atomic_fetch_add(&counted, 2);
        mine++;
    }
    pthread_mutex_lock(&lock);
    while (turn != me)
        pthread_cond_wait(&turned, &lock);
    printf("thread %d did %d\n", me, mine);
    turn++;
    pthread_cond_broadcast(&turned);
    pthread_mutex_unlock(&lock);
    return (void *)(long)(me * me);
}

int main(void) {
    pthread_t thread[THREADS];
    long sum = 0;
    for (long i = 0; i < THREADS; i++)
        if (pthread_create(&thread[i], NULL, work, (void *)i))
            return 1;
    for (int i = 0; i < THREADS; i++) {
        void *result;
        pthread_join(thread[i], &result);
        sum += (long)result;
    }
    printf("guarded %ld counted %ld sum %ld mine %d\n", guarded, (long)counted, sum, mine);
    return 0;
}
