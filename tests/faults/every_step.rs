//! One script, failing at each of its steps in each way: first once without, to count them.

use crate::medium::Fate;
use crate::world::{Op, Turn, World};

const TURNS: [Turn; 6] =
    [Turn::Go(Fate::Lost), Turn::Go(Fate::Full), Turn::Go(Fate::Fails), Turn::Delay, Turn::KillTab, Turn::KillAll];

/// Whether each thing that a script does ends before the next begins.
#[derive(Clone, Copy, PartialEq)]
enum Pace {
    OneByOne,
    /// Three at a time.
    Together,
}

/// Everything that tabs do; the first of each tab opens it.
fn script() -> Vec<(usize, Op)> {
    vec![
        (0, Op::Read),
        (0, Op::Write(2, 100)),
        (1, Op::Read),
        (0, Op::Write(1, 9_000)),
        (1, Op::Write(3, 200)),
        (0, Op::Read),
        (0, Op::Fold),
        (1, Op::Write(1, 50)),
        (0, Op::Write(1, 50)),
        (1, Op::Refresh),
        (0, Op::ChangeKey(2)),
        (1, Op::Write(1, 10)),
        (0, Op::Write(2, 10)),
        (1, Op::Write(1, 10)),
        (1, Op::Fold),
        (0, Op::ChangeKey(1)),
        (1, Op::Read),
        (0, Op::Close),
        (1, Op::Write(1, 20)),
        (0, Op::Read),
        (0, Op::Write(2, 20)),
        (1, Op::Refresh),
        (1, Op::Close),
    ]
}

/// A tab that folds by itself, after writes and while others are made.
fn large_script() -> Vec<(usize, Op)> {
    vec![
        (0, Op::Read),
        (1, Op::Read),
        (0, Op::Write(1, 4_300_000)),
        (0, Op::Write(2, 100)),
        (1, Op::Write(1, 100)),
        (0, Op::Write(1, 10)),
    ]
}

fn run(script: &[(usize, Op)], pace: Pace, key: usize, plan: &[(usize, Turn)]) -> (usize, usize) {
    let mut world = World::new(2, key);
    world.plan = plan.to_vec();
    for (at, (tab, op)) in script.iter().enumerate() {
        world.begin(*tab, op);
        if pace == Pace::OneByOne || at % 3 == 2 {
            world.settle();
        }
    }
    world.settle();
    let steps = world.steps;
    (steps, world.check())
}

fn at_every_step(script: &[(usize, Op)], pace: Pace, key: usize, turns: &[Turn]) -> usize {
    let (steps, acknowledged) = run(script, pace, key, &[]);
    assert!(steps > script.len() && acknowledged > 3, "{steps} {acknowledged}");
    for step in 0..steps {
        for turn in turns {
            run(script, pace, key, &[(step, *turn)]);
        }
    }
    steps * turns.len()
}

#[test]
fn a_script_survives_each_fault_at_each_step() {
    for pace in [Pace::OneByOne, Pace::Together] {
        for key in [0, 1] {
            assert!(at_every_step(&script(), pace, key, &TURNS) > 300);
        }
    }
}

/// A connection that breaks is looked after over another one, which may break as well, or meet what others did.
#[test]
fn a_script_survives_two_faults_that_follow_each_other() {
    for pace in [Pace::OneByOne, Pace::Together] {
        let (steps, _) = run(&script(), pace, 0, &[]);
        for step in 0..steps {
            for next in 1..5 {
                for turn in TURNS {
                    run(&script(), pace, 0, &[(step, Turn::Go(Fate::Lost)), (step + next, turn)]);
                }
            }
        }
    }
}

#[test]
fn a_tab_that_folds_by_itself_survives_each_fault_at_each_step() {
    for pace in [Pace::OneByOne, Pace::Together] {
        at_every_step(&large_script(), pace, 0, &TURNS);
    }
}
