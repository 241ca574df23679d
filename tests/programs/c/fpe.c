/* Division by zero: SIGFPE, status 136; on arm64 the quotient is 0. */
int main(int argc, char **argv) { volatile int z = 0; return argc / z; }
