/* guess: a game on the console. It thinks of a number from 1 to 100; you type guesses, one a line.
   `guess N` makes it think of N. Ends with status 0 when the number is found, 1 when the input ends first. */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int think_of_a_number(void)
{
    unsigned value;
    getentropy(&value, sizeof value);
    return (int)(value % 100) + 1;
}

int main(int count, char **arguments)
{
    int number = count > 1 ? atoi(arguments[1]) : think_of_a_number();
    char line[64];

    printf("I am thinking of a number from 1 to 100.\n");
    for (int tries = 1;; tries++) {
        printf("Your guess: ");
        fflush(stdout);
        if (fgets(line, sizeof line, stdin) == NULL) {
            printf("\nIt was %d.\n", number);
            return 1;
        }

        int guess = atoi(line);
        if (guess == number) {
            printf("Yes! It took you %d %s.\n", tries, tries == 1 ? "try" : "tries");
            return 0;
        }
        printf(guess < number ? "Too low.\n" : "Too high.\n");
    }
}
