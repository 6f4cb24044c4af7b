/* Words of a text, its signs that cannot be seen, and runs of words that are looked for: what _runs.c does with texts
 * that were heard. They are large and anybody's: nothing is allocated for them, and every place is checked against the
 * length of its text. */
#include <stdint.h>
#include <string.h>

enum { ESCAPE = 8 };              /* signs.py */
enum { RUN = 6, SHORT = 3 };      /* words.py */
enum { FILTER = 17, BUCKET = 12 }; /* first bits of a run's number that choose its hole and its bucket */
enum { PIECE = 2048 };            /* bytes whose words are looked for at once */

static const uint64_t SPREAD = UINT64_C(0x9E3779B97F4A7C15); /* words.py */
static const int64_t NEVER = INT64_C(1) << 62;               /* an even number: no tool said it */

static uint64_t word_at(const unsigned char *data)
{
    return (uint64_t)(data[0] | data[1] << 8 | 0x2020);
}

static uint64_t short_run(uint64_t one, uint64_t two, uint64_t three)
{
    return ((one * SPREAD + two) * SPREAD + three) * SPREAD;
}

static uint64_t long_run(uint64_t one, uint64_t two)
{
    return (one + two * 5) * SPREAD;
}

/* Given what bytes are, a text and a place in it, write where words begin in the piece from there, counted from the
 * place; return how many. A letter and another letter, after what is neither a letter nor a digit, nor a joint that
 * follows one. */
static size_t words_in(const unsigned char *kind, const unsigned char *data, size_t size, size_t from, uint16_t *found)
{
    unsigned char kinds[PIECE + 3] = {0}, begins[PIECE + 8]; /* the two before the piece, and the one after it */
    size_t count = size - from < PIECE ? size - from : PIECE, number = 0;
    size_t low = from < 2 ? 0 : from - 2, high = from + count < size ? from + count + 1 : size;
    unsigned char before = low ? kind[data[low - 1]] : 0;
    for (size_t at = low; at < high; at++) {
        unsigned char here = kind[data[at]];
        kinds[at + 2 - from] = before == ESCAPE ? 0 : here; /* what follows a backslash belongs to the escape */
        before = here;
    }
    for (size_t at = 0; at < count; at++) {
        unsigned char inside = kinds[at + 1] | (unsigned char)(kinds[at + 1] >> 1 & kinds[at]);
        begins[at] = (unsigned char)(~inside >> 1) & kinds[at + 2] & kinds[at + 3] & 1;
    }
    memset(begins + count, 0, 8);
    for (size_t at = 0; at < count; at += 8) {
        uint64_t eight = 0;
        for (size_t shift = 0; shift < 8; shift++)
            eight |= (uint64_t)begins[at + shift] << 8 * shift;
        for (; eight; eight &= eight - 1)
            found[number++] = (uint16_t)(at + ((size_t)__builtin_ctzll(eight) >> 3));
    }
    return number;
}

/* Given which signs are hidden and a text as it stands in a log, tell whether one, or an escape, is in it: hidden.py.
 * After its end there are line ends. */
static int has_hidden(const unsigned char *hidden, const unsigned char *data, size_t size)
{
    for (size_t from = 0; from < size; from += 64) {
        size_t end = from + 64;
        if (end < size) { /* many at once; the arrow after a line's number is most of what is beyond ASCII */
            unsigned char any = 0;
            for (size_t at = from; at < end; at++) {
                unsigned char arrow = (data[at] == 0xE2) & (data[at + 1] == 0x86);
                any |= ((data[at] >= 0xC0) & !arrow) | ((data[at] == '\\') & (data[at + 1] == 'u'));
            }
            if (!any)
                continue;
        }
        for (size_t at = from; at < end && at < size; at++) {
            unsigned one = data[at], two = at + 1 < size ? data[at + 1] : '\n';
            unsigned three = at + 2 < size ? data[at + 2] : '\n';
            if ((one == '\\' && two == 'u') || one >= 0xF0)
                return 1;
            if (one >= 0xC0) {
                unsigned code = one < 0xE0 ? (one & 0x1F) << 6 | (two & 0x3F)
                                           : (one & 0x0F) << 12 | (two & 0x3F) << 6 | (three & 0x3F);
                if (hidden[code])
                    return 1;
            }
        }
    }
    return 0;
}

/* The agent's runs of one length, each once and in order, and when each was first heard: twice the order, and one more
 * where a tool was first. A run that is heard mostly falls through the filter; else it is looked for in its bucket. */
typedef struct {
    uint64_t *numbers;
    int64_t *first;
    uint32_t *place; /* of the run that begins at each word; only for words for which one was given */
    uint32_t bucket[(1 << BUCKET) + 1];
    uint64_t filter[(1 << FILTER) / 64];
} Known;

typedef struct {
    uint64_t number;
    uint32_t word;
} Pair;

/* Given how many of a size, return cleared room for one more than that, NULL with an exception where there is none. */
static void *room(size_t count, size_t size)
{
    void *made = PyMem_Calloc(count + 1, size);
    return made ? made : PyErr_NoMemory();
}

/* Given the agent's runs and how many words it said, know them; NULL with an exception where memory ends. Sorted byte
 * by byte: whoever chooses the words cannot make it slow. */
static Known *known_of(Pair *pairs, size_t count, size_t words)
{
    Known *known = room(1, sizeof *known);
    Pair *other = room(count, sizeof *other), *spare = other;
    if (!known || !other || !(known->numbers = room(count, sizeof *known->numbers)) ||
        !(known->first = room(count, sizeof *known->first)) || !(known->place = room(words, sizeof *known->place))) {
        PyMem_Free(spare);
        return known; /* the caller sees the exception */
    }
    for (int shift = 0; shift < 64; shift += 8) {
        size_t ends[257] = {0};
        for (size_t at = 0; at < count; at++)
            ends[(pairs[at].number >> shift & 255) + 1]++;
        for (int at = 0; at < 256; at++)
            ends[at + 1] += ends[at];
        for (size_t at = 0; at < count; at++)
            other[ends[pairs[at].number >> shift & 255]++] = pairs[at];
        Pair *sorted = other;
        other = pairs;
        pairs = sorted;
    }
    uint32_t number = 0;
    for (size_t at = 0; at < count; at++) {
        uint64_t run = pairs[at].number;
        if (!number || known->numbers[number - 1] != run) {
            known->numbers[number] = run;
            known->first[number++] = NEVER;
            known->filter[run >> (64 - FILTER) >> 6] |= UINT64_C(1) << (run >> (64 - FILTER) & 63);
            known->bucket[(run >> (64 - BUCKET)) + 1]++;
        }
        known->place[pairs[at].word] = number - 1;
    }
    for (int at = 0; at < 1 << BUCKET; at++)
        known->bucket[at + 1] += known->bucket[at];
    PyMem_Free(spare);
    return known;
}

static void forget(Known *known)
{
    if (known) {
        PyMem_Free(known->numbers);
        PyMem_Free(known->first);
        PyMem_Free(known->place);
    }
    PyMem_Free(known);
}

/* Given a run that was heard and when, note it if it is known and was not heard before. */
static void note(Known *known, uint64_t run, int64_t moment)
{
    uint64_t hole = run >> (64 - FILTER);
    if (!(known->filter[hole >> 6] >> (hole & 63) & 1))
        return;
    uint32_t low = known->bucket[run >> (64 - BUCKET)], end = known->bucket[(run >> (64 - BUCKET)) + 1], high = end;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (known->numbers[middle] < run)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < end && known->numbers[low] == run && moment < known->first[low])
        known->first[low] = moment;
}
