import { Group, Input, NumberField } from 'react-aria-components';

interface NumberInputProps {
  /** Read aloud; what is beside the field says it to the eye. */
  readonly label: string;
  /** Undefined: empty. */
  readonly value: number | undefined;
  readonly min: number;
  readonly max?: number | undefined;
  /** Shown behind the figure. */
  readonly unit?: string | undefined;
  /** Shown while the field is empty. */
  readonly placeholder?: string | undefined;
  readonly isDisabled?: boolean;
  /** Told when the field is left or Enter is pressed; undefined for an empty field. */
  readonly onCommit: (value: number | undefined) => void;
}

/** A figure that can be typed, or changed by the arrow keys. */
export function NumberInput({ label, value, min, max, unit, placeholder, isDisabled, onCommit }: NumberInputProps) {
  return (
    <NumberField
      className="number"
      aria-label={unit === undefined ? label : `${label} (${unit})`}
      value={value ?? Number.NaN}
      minValue={min}
      {...(max === undefined ? {} : { maxValue: max })}
      isDisabled={isDisabled ?? false}
      isWheelDisabled
      formatOptions={{ maximumFractionDigits: 2 }}
      onChange={(next) => onCommit(Number.isNaN(next) ? undefined : next)}
    >
      <Group className="number-box">
        <Input className="number-input" {...(placeholder === undefined ? {} : { placeholder })} />
        {unit !== undefined && (
          <span className="number-unit" aria-hidden>
            {unit}
          </span>
        )}
      </Group>
    </NumberField>
  );
}
