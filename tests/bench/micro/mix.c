/* What small embedded programs do, in one round: a linked list searched, reversed and sorted, a small matrix product, a state machine over text,
   and a CRC over the results. */
#include "micro.h"

#define NODES 64
#define DIM 10

struct node {
    struct node *next;
    int16_t value, key;
};
static struct node nodes[NODES];
static int16_t ma[DIM][DIM], mb[DIM][DIM];
static int32_t mc[DIM][DIM];
static const char text[] = "17,+204,-3.25,9e4,0x1f,abc,.5,6.e-2,88,-,+1.0E+7,12a,0,7.77,-4e,e4,123456,1.2.3,";

/* ---- list ---- */

static struct node *reverse(struct node *list)
{
    struct node *out = 0;
    while (list) {
        struct node *next = list->next;
        list->next = out;
        out = list;
        list = next;
    }
    return out;
}

static struct node *merge(struct node *a, struct node *b)
{
    struct node head, *at = &head;
    while (a && b) {
        struct node **least = a->value <= b->value ? &a : &b;
        at = at->next = *least;
        *least = (*least)->next;
    }
    at->next = a ? a : b;
    return head.next;
}

static struct node *sort(struct node *list, u32 n)
{
    if (n < 2) {
        list->next = 0;
        return list;
    }
    struct node *half = list;
    for (u32 i = 0; i < n / 2; i++)
        half = half->next;
    struct node *right = sort(half, n - n / 2);
    return merge(sort(list, n / 2), right);
}

static u32 list_round(u32 seed)
{
    for (u32 i = 0; i < NODES; i++)
        nodes[i] = (struct node){ i + 1 < NODES ? &nodes[i + 1] : 0, (int16_t)(i * 7919 ^ seed), (int16_t)i };
    struct node *list = reverse(nodes);
    u32 found = 0;
    for (int16_t key = 0; key < NODES; key += 9) {
        struct node *n = list;
        while (n->key != key)
            n = n->next;
        found += (uint16_t)n->value;
    }
    list = sort(list, NODES);
    return found ^ (u32)list->key << 16 ^ (uint16_t)list->next->value;
}

/* ---- matrix ---- */

static u32 matrix_round(u32 seed)
{
    int32_t sum = 0;
    for (u32 i = 0; i < DIM; i++)
        for (u32 j = 0; j < DIM; j++) {
            ma[i][j] = (int16_t)(seed + i * j);
            mb[i][j] = (int16_t)(seed ^ (i + 3 * j));
        }
    for (u32 i = 0; i < DIM; i++)
        for (u32 j = 0; j < DIM; j++) {
            mc[i][j] = 0;
            for (u32 l = 0; l < DIM; l++)
                mc[i][j] += ma[i][l] * mb[l][j];
            sum += mc[i][j] > sum ? mc[i][j] >> 3 : -(mc[i][j] & 15);
        }
    return (u32)sum;
}

/* ---- state machine: which fields are numbers ---- */

enum state { START, SIGN, WHOLE, POINT, EXPONENT, EXPONENT_SIGN, POWER, BAD, STATES };

static enum state step(enum state s, char c)
{
    bool digit = c >= '0' && c <= '9';
    switch (s) {
    case START: return digit ? WHOLE : c == '+' || c == '-' ? SIGN : c == '.' ? POINT : BAD;
    case SIGN: return digit ? WHOLE : c == '.' ? POINT : BAD;
    case WHOLE: return digit ? WHOLE : c == '.' ? POINT : c == 'e' || c == 'E' ? EXPONENT : BAD;
    case POINT: return digit ? POINT : c == 'e' || c == 'E' ? EXPONENT : BAD;
    case EXPONENT: return digit ? POWER : c == '+' || c == '-' ? EXPONENT_SIGN : BAD;
    case EXPONENT_SIGN:
    case POWER: return digit ? POWER : BAD;
    default: return BAD;
    }
}

static u32 text_round(void)
{
    u32 ends[STATES] = { 0 }, sum = 0;
    enum state s = START;
    for (const char *c = text; *c; c++)
        if (*c == ',') {
            ends[s]++;
            s = START;
        } else {
            s = step(s, *c);
        }
    for (u32 i = 0; i < STATES; i++)
        sum = sum * 31 + ends[i];
    return sum;
}

static u32 crc16(u32 value, u32 crc)
{
    for (u32 i = 0; i < 32; i++) {
        u32 bit = (value ^ crc) & 1;
        value >>= 1;
        crc = bit ? crc >> 1 ^ 0xa001 : crc >> 1;
    }
    return crc;
}

static u64 run(u64 n)
{
    u32 crc = 0;
    for (u64 i = 0; i < n; i++) {
        crc = crc16(list_round(crc + (u32)i), crc);
        crc = crc16(matrix_round(crc), crc);
        crc = crc16(text_round(), crc);
    }
    return crc;
}

const struct bench bench = { "mix", 2, 0, run };
