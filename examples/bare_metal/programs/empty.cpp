// The baseline: the board and an unused arena. What the other programs have beyond this is their own.
int main() { return 0; }
