/* args-env: prints the program's arguments and environment, one a line.
   `--exit N` as the first two arguments makes N the exit status. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

int main(int count, char **arguments)
{
    for (int i = 0; i < count; i++)
        printf("argument %d: %s\n", i, arguments[i]);
    for (char **variable = environ; *variable != NULL; variable++)
        printf("variable: %s\n", *variable);

    if (count > 2 && strcmp(arguments[1], "--exit") == 0)
        return atoi(arguments[2]);
    return 0;
}
