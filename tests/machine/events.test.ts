import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import { EventQueue, type Event } from '../../machine/events.js';
const Events = suite('events');

const drain = (q: EventQueue): Event[] => {
  const out: Event[] = [];
  for (let e = q.pop(); e; e = q.pop()) out.push(e);
  return out;
};

Events('events leave by due time, and of one time in the order they were added', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (dues) => {
      const q = new EventQueue();
      dues.forEach((due, target) => q.add({ due, kind: 'e', target }));
      const wanted = dues.map((due, target) => ({ due, kind: 'e', target })).sort((a, b) => a.due - b.due || a.target - b.target);
      assert.equal(drain(q), wanted);
    }),
    { seed: 1 },
  );
});

Events('adding, taking and cancelling in any order agree with a sorted list', () => {
  const op = fc.oneof(fc.record({ add: fc.integer({ min: 0, max: 20 }) }), fc.record({ cancel: fc.nat(30) }), fc.constant('pop' as const), fc.constant('reload' as const));
  fc.assert(
    fc.property(fc.array(op, { maxLength: 200 }), (ops) => {
      let q = new EventQueue();
      let list: { due: number; id: number }[] = [];
      for (const o of ops) {
        if (o === 'pop') {
          const first = list.shift();
          assert.is(q.pop()?.target, first?.id);
        } else if (o === 'reload') {
          const copy = new EventQueue();
          copy.load(q.save());
          q = copy;
        } else if ('add' in o) {
          const id = q.add({ due: o.add, kind: 'e', target: 0 });
          q.cancel(id);
          const again = q.add({ due: o.add, kind: 'e', target: id + 1 });
          assert.is(again, id + 1, 'handles count up');
          list.push({ due: o.add, id: again });
          list.sort((a, b) => a.due - b.due || a.id - b.id);
        } else {
          assert.is(q.cancel(o.cancel), list.some((e) => e.id === o.cancel));
          list = list.filter((e) => e.id !== o.cancel);
        }
        assert.is(q.due, list[0]?.due ?? Infinity);
        assert.is(q.size, list.length);
      }
    }),
    { seed: 2, numRuns: 300 },
  );
});

Events.run();
