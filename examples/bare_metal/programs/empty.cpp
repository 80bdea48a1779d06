// The floor: the board and an arena that nobody uses. What the other programs have beyond this is theirs.
int main() { return 0; }
