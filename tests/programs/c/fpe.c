/* Division by zero: SIGFPE, status 136. */
int main(int argc, char **argv) { volatile int z = 0; return argc / z; }
